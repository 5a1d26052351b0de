import { KubeConfig, KubernetesObjectApi } from "@kubernetes/client-node";
import { readRecording } from "./recording";
import type { ByHand, Replayed } from "./replay";

const namespace = "airflow-solar-dust-1234";

async function deleteSecrets({ sandbox }: ByHand): Promise<void> {
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

/** Credentials that the recorded Secrets hold: Vault's, which says nothing here. */
function credentials(): Record<string, string> {
    const text = JSON.stringify(readRecording("kubernetes"));
    const found = text.matchAll(/role_id[\\":]+<(id:\d+)>|<(secret:[^<>]+)>/g);
    return Object.fromEntries(
        [...found].map(([, role, secret = ""], index) => [role ?? secret, `credential-${index}`]),
    );
}

const patch = "env vars are set by a resource of this project's own";

/** The official plugin for Kubernetes. */
export const kubernetes: Replayed = {
    plugin: "kubernetes",
    recorded: 545,
    component: "KubernetesTarget",
    leftOut: { "kubernetes:apps/v1:DeploymentPatch": patch, "kubernetes:apps/v1:StatefulSetPatch": patch },
    differences: [],
    given: credentials,
    byHand: {
        "the Secret deleted by hand: refresh": deleteSecrets,
        "the Secret deleted by hand: up without refresh": deleteSecrets,
        "destroy --refresh with them gone": deleteSecrets,
        "destroy with the Secret gone": deleteSecrets,
    },
};
