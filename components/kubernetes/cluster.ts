import type {
    AppsV1Api,
    AppsV1ApiPatchNamespacedDeploymentRequest,
    Cluster as ClusterEntry,
    CoreV1Api,
    KubeConfig,
} from "@kubernetes/client-node";
import { proxyFor } from "../../lib/http";
import { ClusterError, clusterError, statusOf } from "./clusterError";
import type { Pod } from "./pods";
import { title, type LiveWorkload, type ManagedFields, type WorkloadName } from "./workload";

/** Which cluster: https://www.pulumi.com/registry/packages/kubernetes/installation-configuration/ */
export interface ClusterConfig {
    /** A kubeconfig's path or text; default: `KUBECONFIG`, `~/.kube/config`, or the pod's own service account. */
    readonly kubeconfig?: string | undefined;
    /** Default: the kubeconfig's current context. */
    readonly context?: string | undefined;
}

export interface ApplyOptions {
    readonly fieldManager: string;
    /** Take over what another field manager owns. */
    readonly force: boolean;
    /** Have the API server try it, and change nothing. */
    readonly dryRun: boolean;
}

/** The calls that are made of a cluster. Each ends in a `ClusterError` where it is refused or not answered. */
export interface Cluster {
    /** `undefined` where there is no such workload, or no such namespace. */
    read(workload: WorkloadName): Promise<LiveWorkload | undefined>;
    /**
     * Server-side apply of the fields that the manager wants; what it wanted before and no longer does, it gives back.
     *
     * @param uid of the workload that was read: another of that name is left alone, and none is made
     */
    apply(workload: WorkloadName, uid: string, spec: object | undefined, options: ApplyOptions): Promise<void>;
    /** Writes down who owns what of the workload that was read, if nobody has changed it since. */
    setManagedFields(workload: WorkloadName, read: LiveWorkload, fields: readonly ManagedFields[]): Promise<void>;
    pods(namespace: string, labels: Readonly<Record<string, string>>): Promise<readonly Pod[]>;
}

/** How long the API server may take for an answer, in milliseconds. */
const TIMEOUT_MS = 30_000;
const ADVICE = "Check KUBECONFIG, the config kubernetes:context, and the rights that docs/kubernetes.md lists";

/** The cluster that `config` names. It is connected to when it is first asked. */
export function openCluster(config: ClusterConfig): Cluster {
    let connection: Connection | undefined;

    async function call<T>(doing: string, work: (connection: Connection) => Promise<T>): Promise<T> {
        try {
            connection ??= connect(config);
            return await work(connection);
        } catch (error) {
            throw error instanceof ClusterError ? error : clusterError(doing, error, ADVICE);
        }
    }

    async function patch(workload: WorkloadName, strategy: Strategy, request: Patch): Promise<void> {
        const { kind, name, namespace } = workload;
        await call(`change ${title(workload)}`, ({ apps, options }) =>
            kind === "Deployment"
                ? apps.patchNamespacedDeployment({ name, namespace, ...request }, options(strategy))
                : apps.patchNamespacedStatefulSet({ name, namespace, ...request }, options(strategy)),
        );
    }

    return {
        async read(workload) {
            const { kind, name, namespace } = workload;
            return call(`read ${title(workload)}`, async ({ apps, options }) => {
                const read =
                    kind === "Deployment"
                        ? apps.readNamespacedDeployment({ name, namespace }, options())
                        : apps.readNamespacedStatefulSet({ name, namespace }, options());
                return read.catch(unlessMissing);
            });
        },
        async apply(workload, uid, spec, { fieldManager, force, dryRun }) {
            const { kind, name, namespace } = workload;
            const body = { apiVersion: "apps/v1", kind, metadata: { name, namespace, uid }, spec };
            const request = { body, fieldManager, force, ...(dryRun ? { dryRun: "All" } : {}) };
            await patch(workload, "ServerSideApply", request);
        },
        async setManagedFields(workload, { metadata }, fields) {
            const body = [
                { op: "replace", path: "/metadata/managedFields", value: fields },
                { op: "replace", path: "/metadata/resourceVersion", value: metadata?.resourceVersion },
            ];
            await patch(workload, "JsonPatch", { body });
        },
        async pods(namespace, labels) {
            const labelSelector = Object.entries(labels)
                .map(([name, value]) => `${name}=${value}`)
                .join(",");
            return call(`list the pods in namespace "${namespace}"`, async ({ core, options }) => {
                const { items } = await core.listNamespacedPod({ namespace, labelSelector }, options());
                return items;
            });
        },
    };
}

type Kubernetes = typeof import("./client");

interface Connection {
    readonly apps: AppsV1Api;
    readonly core: CoreV1Api;
    /** What a call is made with, a limit of time among it. */
    readonly options: (strategy?: Strategy) => ReturnType<Kubernetes["setHeaderOptions"]>;
}

type Strategy = keyof Kubernetes["PatchStrategy"];
type Patch = Pick<AppsV1ApiPatchNamespacedDeploymentRequest, "body" | "dryRun" | "fieldManager" | "force">;

/** The client is large: who has no Kubernetes target never loads it. */
function connect(config: ClusterConfig): Connection {
    // Node.js does `import()` itself, and knows no TypeScript.
    // eslint-disable-next-line @typescript-eslint/no-require-imports
    const kubernetes = require("./client") as Kubernetes;
    const kubeConfig = load(new kubernetes.KubeConfig(), config);
    useProxy(kubeConfig);
    return {
        apps: kubeConfig.makeApiClient(kubernetes.AppsV1Api),
        core: kubeConfig.makeApiClient(kubernetes.CoreV1Api),
        options: (strategy) => {
            const header =
                strategy === undefined
                    ? kubernetes.setHeaderMiddleware("Accept", "application/json")
                    : kubernetes.setHeaderMiddleware("Content-Type", kubernetes.PatchStrategy[strategy]);
            const pre: typeof header.pre = (context) => {
                context.setSignal(AbortSignal.timeout(TIMEOUT_MS));
                return header.pre(context);
            };
            return { middleware: [{ ...header, pre }], middlewareMergeStrategy: "append" };
        },
    };
}

function load(kubeConfig: KubeConfig, { kubeconfig, context }: ClusterConfig): KubeConfig {
    if (kubeconfig === undefined) {
        kubeConfig.loadFromDefault();
    } else if (/^\s*(apiVersion|clusters|\{)/m.test(kubeconfig)) {
        kubeConfig.loadFromString(kubeconfig);
    } else {
        kubeConfig.loadFromFile(kubeconfig);
    }
    if (context !== undefined) {
        if (kubeConfig.getContextObject(context) === null) {
            const names = kubeConfig.contexts.map(({ name }) => name).join(", ") || "none";
            throw new ClusterError(`the kubeconfig has no context "${context}", only: ${names}`, undefined);
        }
        kubeConfig.setCurrentContext(context);
    }
    return kubeConfig;
}

/** The client obeys a proxy in the kubeconfig only; kubectl and the provider obey the environment's too. */
function useProxy(config: KubeConfig): void {
    const cluster = config.getCurrentCluster();
    if (cluster !== null && cluster.proxyUrl === undefined) {
        const proxyUrl = proxyFor(cluster.server);
        if (proxyUrl !== undefined) {
            const others = config.clusters.filter(({ name }) => name !== cluster.name);
            config.clusters = [...others, { ...cluster, proxyUrl } satisfies ClusterEntry];
        }
    }
}

function unlessMissing(error: unknown): undefined {
    if (statusOf(error) !== 404) {
        throw error;
    }
}
