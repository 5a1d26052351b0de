import { KubeConfig, KubernetesObjectApi, PatchStrategy, type KubernetesObject } from "@kubernetes/client-node";
import type { Airflow } from "../stackFile";
import type { Workload } from "./releases";

/** The field manager that creates the workloads. */
const OWNER = "helm";

/**
 * Creates an Airflow's namespace, service accounts and workloads. They have env entries that must survive whatever the
 * stack does.
 */
export async function installAirflow(kubeconfig: string, { release, namespace, workloads }: Airflow): Promise<void> {
    const config = new KubeConfig();
    config.loadFromFile(kubeconfig);
    const api = KubernetesObjectApi.makeApiClient(config);
    await apply({ apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } });
    // Airflow's Helm chart has one for a CronJob too.
    const accounts = [...workloads.map(({ name }) => name), `${release}-cleanup`].map((name) => ({
        apiVersion: "v1",
        kind: "ServiceAccount",
        metadata: { name, namespace },
    }));
    await Promise.all([...accounts, ...workloads.map(objectOf)].map(apply));

    async function apply(object: KubernetesObject): Promise<void> {
        await api.patch(object, undefined, undefined, OWNER, true, PatchStrategy.ServerSideApply);
    }

    function objectOf({ kind, name, containers }: Workload): KubernetesObject {
        const labels = { release, component: containers[0] ?? name };
        const env = [
            { name: "AIRFLOW__CORE__EXECUTOR", value: "CeleryExecutor" },
            {
                name: "AIRFLOW__CORE__FERNET_KEY",
                valueFrom: { secretKeyRef: { name: `${release}-fernet-key`, key: "fernet-key" } },
            },
        ];
        const spec = {
            replicas: 1,
            selector: { matchLabels: labels },
            ...(kind === "StatefulSet" ? { serviceName: name } : {}),
            template: {
                metadata: { labels },
                spec: {
                    // As in Airflow's Helm chart, each has a service account of its own.
                    serviceAccountName: name,
                    containers: containers.map((role) => ({
                        name: role,
                        image: "apache/airflow:3.3.2",
                        args: [role],
                        env,
                    })),
                },
            },
        };
        return { apiVersion: "apps/v1", kind, metadata: { name, namespace, labels }, spec } as KubernetesObject;
    }
}
