import { ApiException, AppsV1Api, CoreV1Api, KubeConfig } from "@kubernetes/client-node";
import type { Cluster, Container } from "./kubernetesEnv";
import type { Tokens } from "./tokens";

/** Returns the cluster of a kubeconfig file. Each Secret is read only once. */
export function kubernetesCluster(kubeconfigPath: string): Cluster & Tokens {
    const config = new KubeConfig();
    config.loadFromFile(kubeconfigPath);
    const apps = config.makeApiClient(AppsV1Api);
    const core = config.makeApiClient(CoreV1Api);
    const secrets = new Map<string, Promise<Record<string, string> | undefined>>();

    return {
        async containers(namespace, { kind, name }) {
            const workload = await unlessMissing<{ spec?: { template: { spec?: { containers: Container[] } } } }>(
                kind === "Deployment"
                    ? apps.readNamespacedDeployment({ namespace, name })
                    : apps.readNamespacedStatefulSet({ namespace, name }),
            );
            return workload?.spec?.template.spec?.containers;
        },
        secret(namespace, name) {
            const id = `${namespace}/${name}`;
            const secret = secrets.get(id) ?? readSecret(core, namespace, name);
            secrets.set(id, secret);
            return secret;
        },
        async token({ namespace, audience }, name) {
            const body = { spec: { audiences: [audience], expirationSeconds: 3600 } };
            const { status } = await core.createNamespacedServiceAccountToken({ namespace, name, body });
            return status?.token ?? "";
        },
    };
}

async function readSecret(
    core: CoreV1Api,
    namespace: string,
    name: string,
): Promise<Record<string, string> | undefined> {
    const secret = await unlessMissing(core.readNamespacedSecret({ namespace, name }));
    if (secret === undefined) return undefined;
    const entries = Object.entries(secret.data ?? {});
    return Object.fromEntries(entries.map(([key, value]) => [key, Buffer.from(value, "base64").toString("utf8")]));
}

/** Returns undefined if the API server answers 404. */
async function unlessMissing<T>(answer: Promise<T>): Promise<T | undefined> {
    try {
        return await answer;
    } catch (error) {
        if (error instanceof ApiException && error.code === 404) return undefined;
        throw error;
    }
}
