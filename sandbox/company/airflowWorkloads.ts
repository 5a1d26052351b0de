import { KubeConfig, KubernetesObjectApi, PatchStrategy, type KubernetesObject } from "@kubernetes/client-node";
import { components, namespaceOf } from "./releases";

/** Who put the workloads there, in the eyes of Kubernetes. */
const OWNER = "helm";

/** Installs a release's namespace and workloads, with env of their own that has to survive whatever the stack does. */
export async function installAirflow(kubeconfig: string, release: string): Promise<void> {
    const config = new KubeConfig();
    config.loadFromFile(kubeconfig);
    const api = KubernetesObjectApi.makeApiClient(config);
    const namespace = namespaceOf(release);
    await apply({ apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } });
    await Promise.all(components.map(({ kind, role }) => apply(workload(kind, role))));

    async function apply(object: KubernetesObject): Promise<void> {
        await api.patch(object, undefined, undefined, OWNER, true, PatchStrategy.ServerSideApply);
    }

    function workload(kind: "Deployment" | "StatefulSet", role: string): KubernetesObject {
        const labels = { release, component: role };
        const env = [
            { name: "AIRFLOW__CORE__EXECUTOR", value: "CeleryExecutor" },
            {
                name: "AIRFLOW__CORE__FERNET_KEY",
                valueFrom: { secretKeyRef: { name: `${release}-fernet-key`, key: "fernet-key" } },
            },
        ];
        const container = { name: role, image: "apache/airflow:3.3.2", args: [role], env };
        const spec = {
            replicas: 1,
            selector: { matchLabels: labels },
            ...(kind === "StatefulSet" ? { serviceName: `${release}-${role}` } : {}),
            template: { metadata: { labels }, spec: { containers: [container] } },
        };
        const metadata = { name: `${release}-${role}`, namespace, labels };
        return { apiVersion: "apps/v1", kind, metadata, spec } as KubernetesObject;
    }
}
