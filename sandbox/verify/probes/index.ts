import { probeAzure } from "./azure";
import { probeGcp } from "./gcp";
import { probeParameterStore } from "./parameterStore";
import type { Probe } from "./probe";
import { probeSecretsManager } from "./secretsManager";
import { probeVault } from "./vault";

/** The probes, by kind of backend. */
export const probes: Readonly<Record<string, Probe>> = {
    vault: probeVault,
    "aws-secrets-manager": probeSecretsManager,
    "aws-parameter-store": probeParameterStore,
    "gcp-secret-manager": probeGcp,
    "azure-key-vault": probeAzure,
};
