import { BACKEND, BACKEND_KWARGS } from "../../airflow/envVars";
import { overridesAirflow } from "../../airflow/overriding";
import { keysReader } from "../../config/partial";
import { quote } from "../../config/text";
import type { BackendKind, BackendReach, SharedSetting } from "../backend";
import { vaultPaths } from "./airflow";
import { vaultBackend } from "./config";
import { vaultCredentials } from "./credentials";
import { expiryOf } from "./secretIdMetadata";
import { probeVault } from "./probe";
import { vaultResourceTypes } from "./resources";

export const vaultKind = {
    kind: "vault",
    component: "VaultBackend",
    schema: vaultBackend,
    envNames: [BACKEND, BACKEND_KWARGS],
    // The kwargs go before VAULT_ADDR and VAULT_TOKEN.
    overriddenBy: overridesAirflow,
    configKey: "configPath",
    reach,
    sharedSettings,
    lifecycle: {
        identityKeys: ["namespace", "approleMount", "mount", "kvVersion", "scope", "configPath", "secretIdBoundCidrs"],
        placeKeys: ["namespace", "mount", "kvVersion", "scope"],
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
        credentialLife: ({ secretIdTtl }) => ({ key: "secretIdTtl", ms: Number(secretIdTtl) * 1000 }),
    },
    probe: probeVault,
    credentials: vaultCredentials,
    resources: vaultResourceTypes,
} satisfies BackendKind;

const readPlace = keysReader(vaultBackend, ["kind", "mount", "scope", "configPath", "namespace"]);
const readMount = keysReader(vaultBackend, ["kind", "mount", "namespace", "kvVersion"]);

/**
 * A stack uses one Vault server, that of VAULT_ADDR (`address` is how Airflow reaches it), and a mount has one version:
 * neither has to be part of the store's name.
 */
function reach(backend: unknown): BackendReach | undefined {
    const found = readPlace(backend);
    if (found === undefined) {
        return undefined;
    }
    const { variables, connections } = vaultPaths(found);
    const config = found.configPath === undefined ? [] : [found.configPath];
    const prefixes = [variables, connections, ...config].map((path) => `${mountPath(found)}/${path}/`);
    return { store: "vault", scope: found.scope, takesScope: true, alternative: "another scope or mount", prefixes };
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

function mountPath({ mount, namespace }: { mount: string; namespace?: string | undefined }): string {
    return namespace === undefined ? mount : `${namespace}/${mount}`;
}
