import { KubeConfig, KubernetesObjectApi } from "@kubernetes/client-node";
import { readRecording } from "./recording";
import type { ManualContext, ReplayCase } from "./replay";

const namespace = "airflow-solar-dust-1234";

async function deleteSecrets({ sandbox }: ManualContext): Promise<void> {
    const config = new KubeConfig();
    config.loadFromFile(sandbox.kubeconfig);
    const api = KubernetesObjectApi.makeApiClient(config);
    const { items } = await api.list("v1", "Secret", namespace);
    for (const { metadata: { name = "" } = {} } of items) {
        if (name.startsWith("solar-dust-1234-env-")) {
            await api.delete({ apiVersion: "v1", kind: "Secret", metadata: { name, namespace } });
        }
    }
}

/**
 * Returns values for the Vault credentials in the recorded Secrets. No call of Vault is replayed that would set them.
 */
function credentials(): Record<string, string> {
    const text = JSON.stringify(readRecording("kubernetes"));
    const found = text.matchAll(/role_id[\\":]+<(id:\d+)>|<(secret:[^<>]+)>/g);
    return Object.fromEntries(
        [...found].map(([, role, secret = ""], index) => [role ?? secret, `credential-${index}`]),
    );
}

const patchReason = "this project's own resource type sets env vars now";

/** The replay of the official plugin for Kubernetes. */
export const kubernetes: ReplayCase = {
    plugin: "kubernetes",
    recorded: 545,
    component: "KubernetesTarget",
    leftOut: { "kubernetes:apps/v1:DeploymentPatch": patchReason, "kubernetes:apps/v1:StatefulSetPatch": patchReason },
    differences: [],
    initialPlaceholders: credentials,
    manualSteps: {
        "the Secret deleted by hand: refresh": deleteSecrets,
        "the Secret deleted by hand: up without refresh": deleteSecrets,
        "destroy --refresh with them gone": deleteSecrets,
        "destroy with the Secret gone": deleteSecrets,
    },
};
