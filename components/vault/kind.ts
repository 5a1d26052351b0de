import { BACKEND, BACKEND_KWARGS } from "../../airflow/envVars";
import { overridesAirflow } from "../../airflow/overriding";
import { scopeKeys } from "../../airflow/scope";
import { keysReader } from "../../config/partial";
import { quote } from "../../config/text";
import type { BackendKind, BackendReach, SharedSetting } from "../backend";
import { prefixAlternative } from "../prefixes";
import { vaultSecretPaths } from "./airflow";
import { DEFAULT_SECRET_ID_TTL, vaultBackend, vaultKeys } from "./config";
import { vaultCredentials } from "./credentials";
import { keylessLogins } from "./logins";
import { expiryOf } from "./secretIdMetadata";
import { probeVault } from "./probe";
import { vaultResourceTypes } from "./resources";

const placeKeys = ["namespace", "mount", "kvVersion", ...scopeKeys] as const;

export const vaultKind = {
    kind: "vault",
    component: "VaultBackend",
    schema: vaultBackend,
    envNames: () => [BACKEND, BACKEND_KWARGS],
    allEnvNames: [BACKEND, BACKEND_KWARGS],
    // The kwargs go before VAULT_ADDR and VAULT_TOKEN.
    overriddenBy: () => overridesAirflow,
    keyless: {
        logins: keylessLogins,
        audience: ({ audience }) => String(audience),
        installedTokenFile: "/var/run/secrets/kubernetes.io/serviceaccount/token",
    },
    reach,
    mount: (backend) => {
        const found = readMount(backend);
        return found === undefined ? undefined : mountPath(found);
    },
    sharedSettings,
    lifecycle: {
        // The pods that Vault trusts, and the audience, are in the identity of every kind.
        identityKeys: [...placeKeys, "configPrefix", "login", "authMount", "boundCidrs"],
        placeKeys,
        parts: [
            { name: "policy" },
            { name: "role" },
            { name: "secret-id", deletedWith: "role", secretOutputs: ["secretId", "wrappingToken"] },
        ],
        rotationDays: 20,
        credentialEnd: (output) => {
            const metadata = output("metadata");
            return typeof metadata === "string" ? expiryOf(metadata) : undefined;
        },
        credentialLife: (backend) => {
            const found = readLife(backend);
            if (found?.login !== "approle") {
                return undefined;
            }
            return { key: "secretIdTtl", ms: (found.secretIdTtl ?? DEFAULT_SECRET_ID_TTL) * 1000 };
        },
    },
    probe: probeVault,
    credentials: vaultCredentials,
    resources: vaultResourceTypes,
} satisfies BackendKind;

const readPlace = keysReader(vaultKeys, ["kind", ...placeKeys, "configPrefix"]);
const readLife = keysReader(vaultKeys, ["login", "secretIdTtl"]);
const readMount = keysReader(vaultKeys, ["kind", "mount", "namespace", "kvVersion"]);

/**
 * The prefixes are the API paths that the policy allows: `secret/data` of KV v1 may be a path in `secret` of KV v2. A
 * stack uses one Vault server, that of VAULT_ADDR (`address` is how Airflow reaches it), so it is not a part of the store.
 */
function reach(backend: unknown): BackendReach | undefined {
    const found = readPlace(backend);
    if (found === undefined) {
        return undefined;
    }
    const prefixes = vaultSecretPaths(found).map((path) => inNamespace(found, path));
    return { store: "vault", ...prefixAlternative(found), alternative: "another scope or mount", prefixes };
}

/** With the mount's wrong version, a Deployment reads nothing, or secrets that belong to another Deployment. */
function sharedSettings(backend: unknown): readonly SharedSetting[] {
    const found = readMount(backend);
    return found === undefined
        ? []
        : [
              {
                  key: "kvVersion",
                  value: found.kvVersion,
                  appliesTo: `the mount ${quote(mountPath(found))}`,
                  rule: { allowed: "one version per mount", todo: "Write the same kvVersion in both" },
              },
          ];
}

const mountPath = (found: { mount: string; namespace?: string | undefined }): string => inNamespace(found, found.mount);

/** Without its header, Vault takes a namespace for the beginning of the path. */
function inNamespace({ namespace }: { namespace?: string | undefined }, path: string): string {
    return namespace === undefined ? path : `${namespace}/${path}`;
}
