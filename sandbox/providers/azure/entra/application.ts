import { randomUUID } from "node:crypto";
import type { Properties } from "../../../../provider/resourceType";
import type { BridgedType } from "../../bridge/schema";
import { withErrorPrefix } from "../../withErrorPrefix";
import {
    filterPath,
    graph,
    graphIfFound,
    listObjects,
    ownersBody,
    ownersOf,
    textOrEmpty,
    type GraphObject,
} from "./graphCalls";

/** `azuread:index/application:Application`, with the properties that the stack sets. */
export const application: BridgedType = {
    properties: {
        api: {},
        appRoleIds: { computed: true },
        appRoles: { unset: [] },
        clientId: { computed: true },
        description: {},
        deviceOnlyAuthEnabled: {},
        disabledByMicrosoft: { computed: true },
        displayName: { input: "required" },
        fallbackPublicClientEnabled: {},
        featureTags: { computed: true },
        groupMembershipClaims: { input: "optional", form: "set" },
        identifierUris: { input: "optional", form: "set" },
        logoImage: {},
        logoUrl: { computed: true },
        marketingUrl: {},
        notes: { input: "optional" },
        oauth2PermissionScopeIds: { computed: true },
        oauth2PostResponseRequired: {},
        objectId: { computed: true },
        optionalClaims: {},
        owners: { input: "optional", form: "set" },
        password: {},
        preventDuplicateNames: { input: "optional" },
        privacyStatementUrl: {},
        publicClient: {},
        publisherDomain: { computed: true },
        requiredResourceAccesses: { unset: [] },
        serviceManagementReference: {},
        signInAudience: { input: "optional", default: "AzureADMyOrg" },
        singlePageApplication: {},
        supportUrl: {},
        tags: { computed: true },
        templateId: { computed: true, replaces: true },
        termsOfServiceUrl: {},
        web: {},
    },
    meta: { timeoutMinutes: { create: 10, delete: 5, read: 5, update: 10 }, schemaVersion: 2 },
    async preview(inputs, state) {
        if (inputs.preventDuplicateNames === true && inputs.displayName !== state?.displayName) {
            await throwIfNameTaken(inputs, state?.objectId);
        }
    },
    async create(inputs) {
        const { displayName, owners } = inputs;
        const body = { ...requestBody(inputs), ...ownersBody(owners) };
        const { id } = await withErrorPrefix(
            "Could not create application: ",
            graph({ method: "POST", path: "/applications", body }),
        );
        const path = `/applications/${id}`;
        // With these two updates the official plugin checks that the application has been replicated.
        for (const name of [`TERRAFORM_UPDATE_${randomUUID()}`, displayName]) {
            await withErrorPrefix(
                `Failed to patch application with object ID "${id}" after creating: `,
                graph({ method: "PATCH", path, body: { displayName: name } }),
            );
        }
        return { id: path, outputs: { ...inputs, ...(await readApplication(path)) } };
    },
    async read(id, { preventDuplicateNames = false }) {
        const found = await readApplication(id);
        return found === undefined ? undefined : { ...found, preventDuplicateNames };
    },
    async update(id, inputs) {
        if (inputs.preventDuplicateNames === true) {
            await throwIfNameTaken(inputs, objectIdIn(id));
        }
        const errorPrefix = `Could not update application with object ID: "${objectIdIn(id)}": `;
        await withErrorPrefix(errorPrefix, graph({ method: "PATCH", path: id, body: requestBody(inputs) }));
        return { ...inputs, ...(await readApplication(id)) };
    },
    async delete(id) {
        try {
            await graph({ method: "DELETE", path: id });
        } catch (error) {
            // The plugin's message contains the error twice.
            const { message } = error as Error;
            throw new Error(`[id] deleting Application (Application: "${objectIdIn(id)}"): ${message}: ${message}`, {
                cause: error,
            });
        }
    },
};

/** Returns the object ID in a resource id such as `/applications/<object ID>`. */
export function objectIdIn(id: string): string {
    return id.split("/").at(-1) ?? "";
}

function requestBody({ displayName, signInAudience, notes }: Properties): Properties {
    return { displayName, signInAudience, ...(typeof notes === "string" ? { notes } : {}) };
}

/** @throws Error if another application has the name */
async function throwIfNameTaken({ displayName }: Properties, excludedId: unknown): Promise<void> {
    const found = await listObjects(filterPath("applications", "displayName", displayName));
    const other = found.find(({ id }) => id !== excludedId);
    if (other !== undefined) {
        throw new Error(
            `An existing "azuread_application" with name "${String(displayName)}" (ID: "${other.id}") was found and ` +
                "`prevent_duplicate_names` was specified. To be managed via Terraform, this resource needs to be imported " +
                'into the State. Please see the resource documentation for "azuread_application" for more information.',
        );
    }
}

async function readApplication(path: string): Promise<Properties | undefined> {
    const found = await graphIfFound({ method: "GET", path });
    if (found === undefined) {
        return undefined;
    }
    const beta = await graph({ method: "GET", path: `${path}?$select=oauth2RequirePostResponse`, version: "beta" });
    return {
        ...toOutputs(found),
        oauth2PostResponseRequired: beta.oauth2RequirePostResponse,
        owners: await ownersOf(path),
    };
}

type Fields = Readonly<Record<string, unknown>>;

function toOutputs(found: GraphObject): Properties {
    const [api, info, web] = [found.api, found.info, found.web] as [Fields, Fields, Fields];
    const implicit = web.implicitGrantSettings as Fields;
    return {
        api: {
            knownClientApplications: api.knownClientApplications,
            mappedClaimsEnabled: api.acceptMappedClaims ?? false,
            oauth2PermissionScopes: api.oauth2PermissionScopes,
            requestedAccessTokenVersion: api.requestedAccessTokenVersion ?? 1,
        },
        appRoleIds: {},
        appRoles: found.appRoles,
        clientId: found.appId,
        description: textOrEmpty(found.description),
        deviceOnlyAuthEnabled: found.isDeviceOnlyAuthSupported ?? false,
        disabledByMicrosoft: textOrEmpty(found.disabledByMicrosoftStatus),
        displayName: found.displayName,
        fallbackPublicClientEnabled: found.isFallbackPublicClient ?? false,
        // Feature tags are derived from tags, and the stack sets none.
        featureTags: [{ customSingleSignOn: false, enterprise: false, gallery: false, hide: false }],
        groupMembershipClaims: typeof found.groupMembershipClaims === "string" ? [found.groupMembershipClaims] : [],
        identifierUris: found.identifierUris,
        logoImage: "",
        logoUrl: textOrEmpty(info.logoUrl),
        marketingUrl: textOrEmpty(info.marketingUrl),
        notes: textOrEmpty(found.notes),
        oauth2PermissionScopeIds: {},
        objectId: found.id,
        privacyStatementUrl: textOrEmpty(info.privacyStatementUrl),
        publicClient: found.publicClient,
        publisherDomain: found.publisherDomain,
        requiredResourceAccesses: found.requiredResourceAccess,
        serviceManagementReference: textOrEmpty(found.serviceManagementReference),
        signInAudience: found.signInAudience,
        singlePageApplication: found.spa,
        supportUrl: textOrEmpty(info.supportUrl),
        tags: found.tags,
        templateId: textOrEmpty(found.applicationTemplateId),
        termsOfServiceUrl: textOrEmpty(info.termsOfServiceUrl),
        web: {
            homepageUrl: textOrEmpty(web.homePageUrl),
            implicitGrant: {
                accessTokenIssuanceEnabled: implicit.enableAccessTokenIssuance,
                idTokenIssuanceEnabled: implicit.enableIdTokenIssuance,
            },
            logoutUrl: textOrEmpty(web.logoutUrl),
            redirectUris: web.redirectUris,
        },
    };
}
