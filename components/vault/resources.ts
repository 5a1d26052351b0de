import { DELETED_WITH_PARENT, requiredText, type ResourceTypes } from "../resourceTypes";
import { appRoleGrants, vaultPolicyGrants } from "./grants";

export const vaultResourceTypes: ResourceTypes = {
    "vault:index/policy:Policy": { id: (inputs) => requiredText(inputs, "name"), grants: vaultPolicyGrants },
    "vault:appRole/authBackendRole:AuthBackendRole": {
        id: (inputs) => `auth/${requiredText(inputs, "backend")}/role/${requiredText(inputs, "roleName")}`,
        grants: appRoleGrants,
        login: "identity",
    },
    "vault:appRole/authBackendRoleSecretId:AuthBackendRoleSecretId": { id: DELETED_WITH_PARENT, login: "credential" },
    "vault:kv/secret:Secret": { id: (inputs) => requiredText(inputs, "path") },
    "vault:kv/secretV2:SecretV2": {
        id: (inputs) => `${requiredText(inputs, "mount")}/data/${requiredText(inputs, "name")}`,
    },
};
