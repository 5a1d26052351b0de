import { version } from "@pulumi/vault/package.json";
import type { Package } from "../../../provider/resourceType";
import { authBackendRole } from "./appRole";
import { getAuthBackend } from "./authBackend";
import { secret, secretV2 } from "./kv";
import { policy } from "./policy";
import { authBackendRoleSecretId } from "./secretId";

export const vaultPackage: Package = {
    name: "vault",
    version,
    resources: {
        "vault:index/policy:Policy": policy,
        "vault:appRole/authBackendRole:AuthBackendRole": authBackendRole,
        "vault:appRole/authBackendRoleSecretId:AuthBackendRoleSecretId": authBackendRoleSecretId,
        "vault:kv/secret:Secret": secret,
        "vault:kv/secretV2:SecretV2": secretV2,
    },
    functions: { "vault:index/getAuthBackend:getAuthBackend": getAuthBackend },
};
