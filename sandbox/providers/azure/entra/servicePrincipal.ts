import { randomUUID } from "node:crypto";
import type { Properties } from "../../../../provider/resourceType";
import type { BridgedType } from "../../bridge/schema";
import { objectIdIn } from "./application";
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

/** `azuread:index/servicePrincipal:ServicePrincipal`, with the properties that the stack sets. */
export const servicePrincipal: BridgedType = {
    properties: {
        accountEnabled: { input: "optional", default: true },
        alternativeNames: { input: "optional", form: "set" },
        appRoleAssignmentRequired: {},
        appRoleIds: { computed: true },
        appRoles: { computed: true },
        applicationTenantId: { computed: true },
        clientId: { input: "required", replaces: true },
        description: {},
        displayName: { computed: true },
        featureTags: { computed: true },
        features: { computed: true },
        homepageUrl: { computed: true },
        loginUrl: {},
        logoutUrl: { computed: true },
        notes: {},
        notificationEmailAddresses: { input: "optional", form: "set" },
        oauth2PermissionScopeIds: { computed: true },
        oauth2PermissionScopes: { computed: true },
        objectId: { computed: true },
        owners: { input: "optional", form: "set" },
        preferredSingleSignOnMode: {},
        redirectUris: { computed: true },
        samlMetadataUrl: { computed: true },
        samlSingleSignOn: {},
        servicePrincipalNames: { computed: true },
        signInAudience: { computed: true },
        tags: { computed: true },
        type: { computed: true },
        useExisting: { input: "optional" },
    },
    meta: { timeoutMinutes: { create: 10, delete: 5, read: 5, update: 10 }, schemaVersion: 1 },
    async create(inputs) {
        const { accountEnabled, clientId, owners, useExisting } = inputs;
        const [existing] = await listObjects(filterPath("servicePrincipals", "appId", clientId));
        if (existing !== undefined) {
            if (useExisting !== true) {
                throw new Error(
                    `A resource with the ID "${existing.id}" already exists - to be managed via Terraform this resource ` +
                        "needs to be imported into the State. Please see the resource documentation for " +
                        '"azuread_service_principal" for more information.',
                );
            }
            return { id: pathOf(existing), outputs: await update(pathOf(existing), inputs) };
        }
        const description = `TERRAFORM_UPDATE_${randomUUID()}`;
        const body = { appId: clientId, accountEnabled, description, ...ownersBody(owners) };
        const created = await withErrorPrefix(
            "Could not create service principal: ",
            graph({ method: "POST", path: "/servicePrincipals", body }),
        );
        // With this update the official plugin checks that the service principal has been replicated.
        await withErrorPrefix(
            "Failed to patch service principal after creating: ",
            graph({ method: "PATCH", path: pathOf(created), body: { description: null } }),
        );
        return { id: pathOf(created), outputs: { ...inputs, ...(await readServicePrincipal(pathOf(created))) } };
    },
    async read(id, { useExisting }) {
        const found = await readServicePrincipal(id);
        return found === undefined ? undefined : { ...found, useExisting };
    },
    update,
    async delete(id, { useExisting }) {
        const errorPrefix = `[id] Deleting Service Principal (Service Principal: "${objectIdIn(id)}"): `;
        try {
            await withErrorPrefix(errorPrefix, graph({ method: "DELETE", path: id }));
        } catch (error) {
            // With `useExisting` the service principal may not be the stack's own: the plugin then ignores every error.
            if (useExisting !== true) {
                throw error;
            }
        }
    },
};

async function update(id: string, inputs: Properties): Promise<Properties> {
    const errorPrefix = `Updating Service Principal (Service Principal: "${objectIdIn(id)}"): `;
    await withErrorPrefix(
        errorPrefix,
        graph({ method: "PATCH", path: id, body: { accountEnabled: inputs.accountEnabled } }),
    );
    return { ...inputs, ...(await readServicePrincipal(id)) };
}

const pathOf = ({ id }: GraphObject): string => `/servicePrincipals/${id}`;

async function readServicePrincipal(path: string): Promise<Properties | undefined> {
    const found = await graphIfFound({ method: "GET", path });
    if (found === undefined) {
        return undefined;
    }
    const beta = await graph({ method: "GET", path: `${path}?$select=samlMetadataUrl`, version: "beta" });
    return {
        accountEnabled: found.accountEnabled,
        alternativeNames: found.alternativeNames,
        appRoleAssignmentRequired: found.appRoleAssignmentRequired,
        appRoleIds: {},
        appRoles: found.appRoles,
        applicationTenantId: textOrEmpty(found.appOwnerOrganizationId),
        clientId: found.appId,
        description: textOrEmpty(found.description),
        displayName: found.displayName,
        // Feature tags are derived from tags, and the stack sets none.
        featureTags: [{ customSingleSignOn: false, enterprise: false, gallery: false, hide: false }],
        features: [
            {
                customSingleSignOnApp: false,
                enterpriseApplication: false,
                galleryApplication: false,
                visibleToUsers: true,
            },
        ],
        homepageUrl: textOrEmpty(found.homepage),
        loginUrl: textOrEmpty(found.loginUrl),
        logoutUrl: textOrEmpty(found.logoutUrl),
        notes: textOrEmpty(found.notes),
        notificationEmailAddresses: found.notificationEmailAddresses,
        oauth2PermissionScopeIds: {},
        oauth2PermissionScopes: found.oauth2PermissionScopes,
        objectId: found.id,
        owners: await ownersOf(path),
        preferredSingleSignOnMode: textOrEmpty(found.preferredSingleSignOnMode),
        redirectUris: found.replyUrls,
        samlMetadataUrl: textOrEmpty(beta.samlMetadataUrl),
        servicePrincipalNames: (found.servicePrincipalNames as string[]).filter((name) => name !== found.appId),
        signInAudience: textOrEmpty(found.signInAudience),
        tags: found.tags,
        type: found.servicePrincipalType,
    };
}
