import { version } from "@pulumi/vault/package.json";
import type { BridgedPackage } from "../bridge/schema";
import { authBackendRole } from "./appRole";
import { getAuthBackend } from "./authBackend";
import { logIn } from "./client";
import { secret, secretV2 } from "./kv";
import { jwtRole, kubernetesRole } from "./podRole";
import { policy } from "./policy";
import { authBackendRoleSecretId } from "./secretId";
import { getSecretsList, getSecretsListV2 } from "./secretsList";

export const vaultPackage: BridgedPackage = {
    name: "vault",
    version,
    logIn,
    resources: {
        "vault:index/policy:Policy": policy,
        "vault:appRole/authBackendRole:AuthBackendRole": authBackendRole,
        "vault:appRole/authBackendRoleSecretId:AuthBackendRoleSecretId": authBackendRoleSecretId,
        "vault:jwt/authBackendRole:AuthBackendRole": jwtRole,
        "vault:kubernetes/authBackendRole:AuthBackendRole": kubernetesRole,
        "vault:kv/secret:Secret": secret,
        "vault:kv/secretV2:SecretV2": secretV2,
    },
    functions: {
        "vault:index/getAuthBackend:getAuthBackend": getAuthBackend,
        "vault:kv/getSecretsList:getSecretsList": getSecretsList,
        "vault:kv/getSecretsListV2:getSecretsListV2": getSecretsListV2,
    },
};
