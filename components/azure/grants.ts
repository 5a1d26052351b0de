import { isMapping } from "../../lib/json";
import { secretsUserRole } from "./airflow";
import type { Granted } from "../grants/grant";
import { knownTexts, literal } from "../grants/inputs";
import type { Inputs } from "../resourceTypes";

/** `azure-native.keyvault.AccessPolicy`: https://learn.microsoft.com/azure/key-vault/general/assign-access-policy */
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

/** `azure-native.authorization.RoleAssignment`: holds on the scope and on everything below it. */
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

/** `azure-native.keyvault.Vault`: which kind of grants counts at the vault. */
export function vaultGrants({ properties }: Inputs): Granted | undefined {
    if (!isMapping(properties) || properties.accessPolicies !== undefined) {
        return undefined;
    }
    const { enableRbacAuthorization: byRoles = false } = properties;
    if (typeof byRoles !== "boolean") {
        return undefined;
    }
    return { grants: [{ action: "be opened by", resource: byRoles ? "roles" : "access policies" }] };
}
