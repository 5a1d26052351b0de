import { randomUUID } from "node:crypto";
import type { Properties } from "../../../../provider/resourceType";
import type { BridgedType } from "../../bridge/schema";
import { doing } from "../../doing";
import { filtered, graph, graphIfThere, listed, ownedBy, ownersOf, text, type Told } from "./graphCalls";

/** `azuread:index/application:Application`, as far as the stack sets its properties. */
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
        notes: {},
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
    notes: { minutes: { create: 10, delete: 5, read: 5, update: 10 }, schemaVersion: 2 },
    async preview(inputs, held) {
        if (inputs.preventDuplicateNames === true && inputs.displayName !== held?.displayName) {
            await refuseNamesakes(inputs, held?.objectId);
        }
    },
    async create(inputs) {
        const { displayName, owners } = inputs;
        const body = { ...settings(inputs), ...ownedBy(owners) };
        const { id } = await doing(
            "Could not create application: ",
            graph({ method: "POST", path: "/applications", body }),
        );
        const path = `/applications/${id}`;
        // That tells the official plugin whether the application is known everywhere.
        for (const name of [`TERRAFORM_UPDATE_${randomUUID()}`, displayName]) {
            await doing(
                `Failed to patch application with object ID "${id}" after creating: `,
                graph({ method: "PATCH", path, body: { displayName: name } }),
            );
        }
        return { id: path, outputs: { ...inputs, ...(await look(path)) } };
    },
    async read(id, { preventDuplicateNames = false }) {
        const found = await look(id);
        return found === undefined ? undefined : { ...found, preventDuplicateNames };
    },
    async update(id, inputs) {
        if (inputs.preventDuplicateNames === true) {
            await refuseNamesakes(inputs, objectIdIn(id));
        }
        const what = `Could not update application with object ID: "${objectIdIn(id)}": `;
        await doing(what, graph({ method: "PATCH", path: id, body: settings(inputs) }));
        return { ...inputs, ...(await look(id)) };
    },
    async delete(id) {
        try {
            await graph({ method: "DELETE", path: id });
        } catch (error) {
            // The plugin says what went wrong twice.
            const { message } = error as Error;
            throw new Error(`[id] deleting Application (Application: "${objectIdIn(id)}"): ${message}: ${message}`, {
                cause: error,
            });
        }
    },
};

export function objectIdIn(id: string): string {
    return id.split("/").at(-1) ?? "";
}

function settings({ displayName, signInAudience }: Properties): Properties {
    return { displayName, signInAudience };
}

/** @throws Error where another application has the name */
async function refuseNamesakes({ displayName }: Properties, ownId: unknown): Promise<void> {
    const found = await listed(filtered("applications", "displayName", displayName));
    const other = found.find(({ id }) => id !== ownId);
    if (other !== undefined) {
        throw new Error(
            `An existing "azuread_application" with name "${String(displayName)}" (ID: "${other.id}") was found and ` +
                "`prevent_duplicate_names` was specified. To be managed via Terraform, this resource needs to be imported " +
                'into the State. Please see the resource documentation for "azuread_application" for more information.',
        );
    }
}

async function look(path: string): Promise<Properties | undefined> {
    const found = await graphIfThere({ method: "GET", path });
    if (found === undefined) {
        return undefined;
    }
    const beta = await graph({ method: "GET", path: `${path}?$select=oauth2RequirePostResponse`, version: "beta" });
    return {
        ...shown(found),
        oauth2PostResponseRequired: beta.oauth2RequirePostResponse,
        owners: await ownersOf(path),
    };
}

type Settings = Readonly<Record<string, unknown>>;

function shown(found: Told): Properties {
    const [api, info, web] = [found.api, found.info, found.web] as [Settings, Settings, Settings];
    const implicit = web.implicitGrantSettings as Settings;
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
        description: text(found.description),
        deviceOnlyAuthEnabled: found.isDeviceOnlyAuthSupported ?? false,
        disabledByMicrosoft: text(found.disabledByMicrosoftStatus),
        displayName: found.displayName,
        fallbackPublicClientEnabled: found.isFallbackPublicClient ?? false,
        // They are tags of a kind, and the stack sets none.
        featureTags: [{ customSingleSignOn: false, enterprise: false, gallery: false, hide: false }],
        groupMembershipClaims: typeof found.groupMembershipClaims === "string" ? [found.groupMembershipClaims] : [],
        identifierUris: found.identifierUris,
        logoImage: "",
        logoUrl: text(info.logoUrl),
        marketingUrl: text(info.marketingUrl),
        notes: text(found.notes),
        oauth2PermissionScopeIds: {},
        objectId: found.id,
        privacyStatementUrl: text(info.privacyStatementUrl),
        publicClient: found.publicClient,
        publisherDomain: found.publisherDomain,
        requiredResourceAccesses: found.requiredResourceAccess,
        serviceManagementReference: text(found.serviceManagementReference),
        signInAudience: found.signInAudience,
        singlePageApplication: found.spa,
        supportUrl: text(info.supportUrl),
        tags: found.tags,
        templateId: text(found.applicationTemplateId),
        termsOfServiceUrl: text(info.termsOfServiceUrl),
        web: {
            homepageUrl: text(web.homePageUrl),
            implicitGrant: {
                accessTokenIssuanceEnabled: implicit.enableAccessTokenIssuance,
                idTokenIssuanceEnabled: implicit.enableIdTokenIssuance,
            },
            logoutUrl: text(web.logoutUrl),
            redirectUris: web.redirectUris,
        },
    };
}
