import { randomUUID } from "node:crypto";
import type { Properties } from "../../../../provider/resourceType";
import type { BridgedType } from "../../bridge/schema";
import { objectIdIn } from "./application";
import { doing } from "../../doing";
import { filtered, graph, graphIfThere, listed, ownedBy, ownersOf, text, type Told } from "./graphCalls";

/** `azuread:index/servicePrincipal:ServicePrincipal`, as far as the stack sets its properties. */
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
    notes: { minutes: { create: 10, delete: 5, read: 5, update: 10 }, schemaVersion: 1 },
    async create(inputs) {
        const { accountEnabled, clientId, owners, useExisting } = inputs;
        const [existing] = await listed(filtered("servicePrincipals", "appId", clientId));
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
        const body = { appId: clientId, accountEnabled, description, ...ownedBy(owners) };
        const made = await doing(
            "Could not create service principal: ",
            graph({ method: "POST", path: "/servicePrincipals", body }),
        );
        // That tells the official plugin whether the principal is known everywhere.
        await doing(
            "Failed to patch service principal after creating: ",
            graph({ method: "PATCH", path: pathOf(made), body: { description: null } }),
        );
        return { id: pathOf(made), outputs: { ...inputs, ...(await look(pathOf(made))) } };
    },
    async read(id, { useExisting }) {
        const found = await look(id);
        return found === undefined ? undefined : { ...found, useExisting };
    },
    update,
    async delete(id, { useExisting }) {
        const what = `[id] Deleting Service Principal (Service Principal: "${objectIdIn(id)}"): `;
        try {
            await doing(what, graph({ method: "DELETE", path: id }));
        } catch (error) {
            // The plugin takes no notice of any error about one that need not be its own.
            if (useExisting !== true) {
                throw error;
            }
        }
    },
};

async function update(id: string, inputs: Properties): Promise<Properties> {
    const what = `Updating Service Principal (Service Principal: "${objectIdIn(id)}"): `;
    await doing(what, graph({ method: "PATCH", path: id, body: { accountEnabled: inputs.accountEnabled } }));
    return { ...inputs, ...(await look(id)) };
}

const pathOf = ({ id }: Told): string => `/servicePrincipals/${id}`;

async function look(path: string): Promise<Properties | undefined> {
    const found = await graphIfThere({ method: "GET", path });
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
        applicationTenantId: text(found.appOwnerOrganizationId),
        clientId: found.appId,
        description: text(found.description),
        displayName: found.displayName,
        // They are tags of a kind, and the stack sets none.
        featureTags: [{ customSingleSignOn: false, enterprise: false, gallery: false, hide: false }],
        features: [
            {
                customSingleSignOnApp: false,
                enterpriseApplication: false,
                galleryApplication: false,
                visibleToUsers: true,
            },
        ],
        homepageUrl: text(found.homepage),
        loginUrl: text(found.loginUrl),
        logoutUrl: text(found.logoutUrl),
        notes: text(found.notes),
        notificationEmailAddresses: found.notificationEmailAddresses,
        oauth2PermissionScopeIds: {},
        oauth2PermissionScopes: found.oauth2PermissionScopes,
        objectId: found.id,
        owners: await ownersOf(path),
        preferredSingleSignOnMode: text(found.preferredSingleSignOnMode),
        redirectUris: found.replyUrls,
        samlMetadataUrl: text(beta.samlMetadataUrl),
        servicePrincipalNames: (found.servicePrincipalNames as string[]).filter((name) => name !== found.appId),
        signInAudience: text(found.signInAudience),
        tags: found.tags,
        type: found.servicePrincipalType,
    };
}
