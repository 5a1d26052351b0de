import type { z } from "zod";
import { parameterStoreBackend, secretsManagerBackend } from "./backends/aws";
import { azureKeyVaultBackend } from "./backends/azure";
import { gcpSecretManagerBackend } from "./backends/gcp";
import { vaultBackend } from "./backends/vault";
import { DNS_LABEL, byKind, flag, isDnsLabel, mapping, text } from "./rules";
import { astronomerTarget } from "./targets/astronomer";
import { kubernetesTarget } from "./targets/kubernetes";

/** One item of the config key `deployments`. Another kind of backend or target is another option of its union. */
export const deployment = mapping("Describe a Deployment, its name first", {
    name: text({ allowed: DNS_LABEL, todo: "Write the Deployment's release name, e.g. solar-dust-1234" }, isDnsLabel),
    backend: byKind("Write e.g. { kind: vault, address: https://vault.example.com }", [
        vaultBackend,
        secretsManagerBackend,
        parameterStoreBackend,
        gcpSecretManagerBackend,
        azureKeyVaultBackend,
    ]),
    target: byKind("Write e.g. { kind: astronomer, houstonUrl: https://houston.example.com/v1 }", [
        astronomerTarget,
        kubernetesTarget,
    ]),
    testSecrets: flag({
        allowed: "true or false",
        todo: "Write true to have the test secrets written, or leave the key out for false",
    }).default(false),
    shareSecrets: flag({
        allowed: "true or false",
        todo: "Write true to share secrets with other Deployments that do, or leave the key out for false",
    }).default(false),
});

/** A Deployment and what the stack does for it, checked and with its defaults. */
export type DeploymentConfig = z.output<typeof deployment>;
