import { isMapping } from "../../lib/json";
import { secretsUserRole } from "./airflow";
import type { Granted } from "../grants/grant";
import { knownTexts, literal } from "../grants/inputs";
import type { Inputs } from "../resourceTypes";

/**
 * Returns what an `azure-native.keyvault.AccessPolicy` grants:
 * https://learn.microsoft.com/azure/key-vault/general/assign-access-policy
 */
export function accessPolicyGrants({ policy, resourceGroupName, vaultName }: Inputs): Granted | undefined {
    const [group, vault] = [literal(resourceGroupName), literal(vaultName)];
    if (!isMapping(policy) || !isMapping(policy.permissions) || group === undefined || vault === undefined) {
        return undefined;
    }
    const resource = `${group}/${vault}`;
    const grants = Object.entries(policy.permissions).map(([kind, list]) =>
        knownTexts(list)?.map((permission) => {
            const lower = permission.toLowerCase();
            return { action: `${kind}: ${lower === "all" ? "*" : lower}`, resource };
        }),
    );
    return grants.every((found) => found !== undefined)
        ? { grants: grants.flat(), holder: policy.objectId }
        : undefined;
}

/** Returns what an `azure-native.authorization.RoleAssignment` grants on its scope and everything below it. */
export function roleAssignmentGrants(inputs: Inputs): Granted | undefined {
    const scope = literal(inputs.scope)?.toLowerCase().replace(/\/$/, "");
    const role = /\/roleDefinitions\/([^/]+)$/i.exec(literal(inputs.roleDefinitionId) ?? "")?.[1];
    const condition = inputs.condition === undefined ? {} : { condition: JSON.stringify(inputs.condition) };
    if (scope === undefined || role === undefined) {
        return undefined;
    }
    const id = role.toLowerCase();
    const action = `role ${id === secretsUserRole.id ? secretsUserRole.name : id}`;
    return { grants: [{ action, resource: `${scope}/*`, ...condition }], holder: inputs.principalId };
}

/** Returns the permission model of an `azure-native.keyvault.Vault`: only one kind of grant has an effect on it. */
export function vaultGrants({ properties }: Inputs): Granted | undefined {
    if (!isMapping(properties) || properties.accessPolicies !== undefined) {
        return undefined;
    }
    const { enableRbacAuthorization: usesRbac = false } = properties;
    if (typeof usesRbac !== "boolean") {
        return undefined;
    }
    return { grants: [{ action: "be opened by", resource: usesRbac ? "roles" : "access policies" }] };
}

/** Returns whose tokens an `azuread.ApplicationFederatedIdentityCredential` accepts. */
export function federatedCredentialTrusts({ issuer, subject, audiences }: Inputs): string[] | undefined {
    const [from, of] = [literal(issuer), literal(subject)];
    const accepted = knownTexts(audiences);
    return from === undefined || of === undefined || accepted === undefined
        ? undefined
        : accepted.map((audience) => `issuer ${from}, subject ${of}, audience ${audience}`);
}
