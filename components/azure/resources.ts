import {
    DELETED_WITH_PARENT,
    nested,
    requiredText,
    type IdContext,
    type Inputs,
    type ResourceTypes,
} from "../resourceTypes";
import { parseResourceName } from "../names";
import { accessPolicyGrants, federatedCredentialTrusts, roleAssignmentGrants, vaultGrants } from "./grants";

/** The created vault's part of its logical name, and that of the access policy of whoever runs Pulumi. */
export const VAULT_PART = "vault";
export const OPERATOR_PART = "operator";
/** In the order of creation. */
export const storeParts: readonly string[] = [VAULT_PART, OPERATOR_PART];

/** The part of the logical name that an app's federated credentials have. */
export const TRUST_PART = "trust";

/** Returns the name of an app's federated credential. It cannot have a subject's length and characters. */
export const federatedCredentialName = (number: number): string => `${TRUST_PART}-${number}`;

/** Whether a logical name is that of a Key Vault that the stack created. */
export const isCreatedVault = (name: string): boolean => parseResourceName(name)?.part === VAULT_PART;

export const azureResourceTypes: ResourceTypes = {
    "azure-native:keyvault:Vault": { id: vaultId, grants: vaultGrants },
    "azure-native:keyvault:AccessPolicy": {
        id: (inputs, context) =>
            `${vaultId(inputs, context)}/accessPolicy/${requiredText(nested(inputs, "policy"), "objectId")}`,
        grants: accessPolicyGrants,
    },
    "azure-native:keyvault:Secret": {
        id: (inputs, context) => `${vaultId(inputs, context)}/secrets/${requiredText(inputs, "secretName")}`,
    },
    "azure-native:authorization:RoleAssignment": {
        id: (inputs) => {
            const assignments = `${requiredText(inputs, "scope")}/providers/Microsoft.Authorization/roleAssignments`;
            return `${assignments}/${requiredText(inputs, "roleAssignmentName")}`;
        },
        grants: roleAssignmentGrants,
    },
    "azuread:index/application:Application": {
        id: async (inputs, { findApplication }) => {
            const objectId = await findApplication(requiredText(inputs, "displayName"));
            return objectId === undefined ? undefined : `/applications/${objectId}`;
        },
        login: "identity",
    },
    "azuread:index/servicePrincipal:ServicePrincipal": { id: DELETED_WITH_PARENT, login: "identity" },
    "azuread:index/applicationPassword:ApplicationPassword": { id: DELETED_WITH_PARENT, login: "credential" },
    "azuread:index/applicationFederatedIdentityCredential:ApplicationFederatedIdentityCredential": {
        id: DELETED_WITH_PARENT,
        trusts: federatedCredentialTrusts,
        login: "credential",
    },
};

function vaultId(inputs: Inputs, { azureSubscriptionId }: IdContext): string {
    if (azureSubscriptionId === undefined) {
        throw new Error("the stack's state does not say which Azure subscription the Key Vault is in");
    }
    const group = `/subscriptions/${azureSubscriptionId}/resourceGroups/${requiredText(inputs, "resourceGroupName")}`;
    return `${group}/providers/Microsoft.KeyVault/vaults/${requiredText(inputs, "vaultName")}`;
}
