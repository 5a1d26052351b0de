import { DELETED_WITH_PARENT, requiredText, type Inputs, type ResourceTypes } from "../resourceTypes";
import { appRoleGrants, podRoleGrants, vaultPolicyGrants } from "./grants";
import { jwtRoleTrusts, kubernetesRoleTrusts } from "./trusts";

export const vaultResourceTypes: ResourceTypes = {
    "vault:index/policy:Policy": { id: (inputs) => requiredText(inputs, "name"), grants: vaultPolicyGrants },
    "vault:appRole/authBackendRole:AuthBackendRole": {
        id: roleId,
        grants: appRoleGrants,
        login: "identity",
    },
    "vault:kubernetes/authBackendRole:AuthBackendRole": {
        id: roleId,
        grants: podRoleGrants,
        login: "identity",
        trusts: kubernetesRoleTrusts,
    },
    "vault:jwt/authBackendRole:AuthBackendRole": {
        id: roleId,
        grants: podRoleGrants,
        login: "identity",
        trusts: jwtRoleTrusts,
    },
    "vault:appRole/authBackendRoleSecretId:AuthBackendRoleSecretId": { id: DELETED_WITH_PARENT, login: "credential" },
    "vault:kv/secret:Secret": { id: (inputs) => requiredText(inputs, "path") },
    "vault:kv/secretV2:SecretV2": {
        id: (inputs) => `${requiredText(inputs, "mount")}/data/${requiredText(inputs, "name")}`,
    },
};

function roleId(inputs: Inputs): string {
    return `auth/${requiredText(inputs, "backend")}/role/${requiredText(inputs, "roleName")}`;
}
