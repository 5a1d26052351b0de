import { BACKEND, BACKEND_KWARGS } from "../../airflow/envVars";
import { overridesAirflow } from "../../airflow/overriding";
import { flatPrefixes, namePrefixes, scopeKeys } from "../../airflow/scope";
import { keysReader } from "../../config/partial";
import type { BackendKind, BackendReach } from "../backend";
import { prefixAlternative } from "../prefixes";
import { gcpSecretManagerBackend, gcpSecretManagerKeys } from "./config";
import { gcpCredentials } from "./credentials";
import { probeGcp } from "./probe";
import { gcpResourceTypes } from "./resources";
import { defaultAudience } from "./workloadIdentity";

/** The keys that decide the names of the secrets. The grant is a condition on the same names. */
const names = ["project", ...scopeKeys, "sep"] as const;

export const gcpSecretManagerKind = {
    kind: "gcp-secret-manager",
    component: "GcpSecretManagerBackend",
    schema: gcpSecretManagerBackend,
    envNames: () => [BACKEND, BACKEND_KWARGS],
    allEnvNames: [BACKEND, BACKEND_KWARGS],
    // What the kwargs log in with goes before GOOGLE_APPLICATION_CREDENTIALS.
    overriddenBy: () => overridesAirflow,
    keyless: {
        logins: ["workload-identity"],
        audience: ({ workloadIdentityProvider }) => defaultAudience(String(workloadIdentityProvider)),
        // No cluster puts a token with this audience into pods by itself.
        installedTokenFile: undefined,
    },
    reach,
    lifecycle: {
        // Not `login`: it goes with the provider, which only one of its values has.
        identityKeys: [...names, "configPrefix", "workloadIdentityProvider"],
        placeKeys: names,
        parts: [{ name: "account" }, { name: "grant" }, { name: "key", secretOutputs: ["privateKey"] }],
        rotationDays: 60,
    },
    probe: probeGcp,
    credentials: gcpCredentials,
    resources: gcpResourceTypes,
} satisfies BackendKind;

/** Reads the keys that decide the names of the secrets. */
export const readNames = keysReader(gcpSecretManagerKeys, ["kind", ...names, "configPrefix"]);

function reach(backend: unknown): BackendReach | undefined {
    const found = readNames(backend);
    return found === undefined
        ? undefined
        : { store: `gcp ${found.project}`, ...prefixAlternative(found), prefixes: namePrefixes(flatPrefixes(found)) };
}
