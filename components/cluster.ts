import type { AppsV1Api, Cluster, KubeConfig } from "@kubernetes/client-node";
import * as pulumi from "@pulumi/pulumi";
import { proxyFor } from "../lib/http";
import { isMapping, parsedJson } from "../lib/json";
import { reasonOf } from "../lib/reason";
import type { ReadWorkload } from "./workloads";

/** How the Kubernetes provider is told of its cluster: https://www.pulumi.com/registry/packages/kubernetes/installation-configuration/ */
export interface ClusterConfig {
    /** A kubeconfig's path or text; default: `KUBECONFIG`, `~/.kube/config`, or the pod's own service account. */
    readonly kubeconfig?: string | undefined;
    /** Default: the kubeconfig's current context. */
    readonly context?: string | undefined;
}

/** Reads workloads from the cluster that the default Kubernetes provider works on. */
export function clusterReader(config: ClusterConfig): ReadWorkload {
    let api: Promise<AppsV1Api> | undefined;
    return async ({ kind, name, namespace }) => {
        api ??= connect(config);
        try {
            const apps = await api;
            return kind === "Deployment"
                ? await apps.readNamespacedDeployment({ name, namespace })
                : await apps.readNamespacedStatefulSet({ name, namespace });
        } catch (error) {
            if (statusOf(error) === 404) {
                return undefined;
            }
            throw new pulumi.RunError(
                `Cannot read ${kind} "${name}" in namespace "${namespace}": ${answerIn(error)}. The stack looks at a ` +
                    `workload before it changes it; check KUBECONFIG, the config kubernetes:context, and that you ` +
                    `may get ${kind.toLowerCase()}s there.`,
            );
        }
    };
}

/** The client is large: a stack without a Kubernetes target never loads it. */
async function connect({ kubeconfig, context }: ClusterConfig): Promise<AppsV1Api> {
    const kubernetes = await import("@kubernetes/client-node");
    const config = new kubernetes.KubeConfig();
    if (kubeconfig === undefined) {
        config.loadFromDefault();
    } else if (/^\s*(apiVersion|clusters|\{)/m.test(kubeconfig)) {
        config.loadFromString(kubeconfig);
    } else {
        config.loadFromFile(kubeconfig);
    }
    if (context !== undefined) {
        config.setCurrentContext(context);
    }
    useProxy(config);
    return config.makeApiClient(kubernetes.AppsV1Api);
}

/** The client obeys a proxy in the kubeconfig only; kubectl and the provider obey the environment's too. */
function useProxy(config: KubeConfig): void {
    const cluster = config.getCurrentCluster();
    if (cluster !== null && cluster.proxyUrl === undefined) {
        const proxyUrl = proxyFor(cluster.server);
        if (proxyUrl !== undefined) {
            const others = config.clusters.filter(({ name }) => name !== cluster.name);
            config.clusters = [...others, { ...cluster, proxyUrl } satisfies Cluster];
        }
    }
}

function statusOf(error: unknown): number | undefined {
    return error instanceof Error && "code" in error && typeof error.code === "number" ? error.code : undefined;
}

/** The API server's own sentence where there is one: the client's message repeats headers and body. */
function answerIn(error: unknown): string {
    if (error instanceof Error && "body" in error && typeof error.body === "string") {
        const answer = parsedJson(error.body);
        const { message } = isMapping(answer) ? answer : {};
        return `${statusOf(error) ?? ""} ${typeof message === "string" ? message : ""}`.trim();
    }
    return reasonOf(error);
}
