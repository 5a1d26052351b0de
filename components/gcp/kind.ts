import { BACKEND, BACKEND_KWARGS } from "../../airflow/envVars";
import { flatPrefixes, namePrefixes } from "../../airflow/scope";
import { keysReader } from "../../config/partial";
import type { BackendKind, BackendReach } from "../backend";
import { prefixAlternative } from "../prefixes";
import { gcpSecretManagerBackend, gcpSecretManagerKeys } from "./config";
import { gcpResourceTypes } from "./resources";

export const gcpSecretManagerKind = {
    kind: "gcp-secret-manager",
    component: "GcpSecretManagerBackend",
    schema: gcpSecretManagerBackend,
    envNames: [BACKEND, BACKEND_KWARGS],
    reach,
    resources: gcpResourceTypes,
} satisfies BackendKind;

const readNames = keysReader(gcpSecretManagerKeys, [
    "kind",
    "project",
    "scope",
    "variablesPrefix",
    "connectionsPrefix",
    "sep",
]);

function reach(backend: unknown): BackendReach | undefined {
    const found = readNames(backend);
    return found === undefined
        ? undefined
        : { store: `gcp ${found.project}`, ...prefixAlternative(found), prefixes: namePrefixes(flatPrefixes(found)) };
}
