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
import { secretTitle, type LiveSecret, type SecretName } from "./secret";
import { workloadTitle, type LiveWorkload, type ManagedFields, type WorkloadName } from "./workload";

/** Selects the cluster: https://www.pulumi.com/registry/packages/kubernetes/installation-configuration/ */
export interface ClusterConfig {
    /** Path or content of a kubeconfig. Default: `KUBECONFIG`, `~/.kube/config`, or the pod's own service account. */
    readonly kubeconfig?: string | undefined;
    /** Default: the kubeconfig's current context. */
    readonly context?: string | undefined;
}

export interface ApplyOptions {
    readonly fieldManager: string;
    /** Whether to take over fields that another field manager owns. */
    readonly force: boolean;
    /** Whether the API server only validates the request and changes nothing. */
    readonly dryRun: boolean;
}

/** The API calls to a cluster. Each throws a `ClusterError` if the API server refuses or does not answer. */
export interface Cluster {
    /** Returns `undefined` if the workload or the namespace does not exist. */
    read(workload: WorkloadName): Promise<LiveWorkload | undefined>;
    /**
     * Sets the field manager's fields by server-side apply. Fields that it set before and that are no longer in `spec`
     * are released.
     *
     * @param uid of the workload that was read: with it, the API server neither changes another workload of that name
     * nor creates one
     */
    apply(workload: WorkloadName, uid: string, spec: object | undefined, options: ApplyOptions): Promise<void>;
    /** Replaces the managed fields of the workload that was read. Fails if somebody has changed the workload since. */
    setManagedFields(workload: WorkloadName, read: LiveWorkload, fields: readonly ManagedFields[]): Promise<void>;
    pods(namespace: string, labels: Readonly<Record<string, string>>): Promise<readonly Pod[]>;
}

/** The API calls about Secrets. Each throws a `ClusterError` if the API server refuses or does not answer. */
export interface ClusterSecrets {
    /** Returns `undefined` if the Secret or the namespace does not exist. */
    readSecret(secret: SecretName): Promise<LiveSecret | undefined>;
    /**
     * Sets the field manager's entries by server-side apply; creates the Secret if it does not exist. Entries that it set
     * before and that are no longer in `data` are removed.
     *
     * @param uid of the Secret that was read; `undefined` if there was none. With it, no other Secret of that name changes
     * @param data base64-encoded; `undefined` releases all entries
     */
    applySecret(
        secret: SecretName,
        uid: string | undefined,
        data: Readonly<Record<string, string>> | undefined,
        options: Pick<ApplyOptions, "fieldManager" | "force">,
    ): Promise<void>;
    /** Deletes the Secret that was read. Succeeds if it does not exist any more. */
    deleteSecret(secret: SecretName, uid: string): Promise<void>;
}

/** Timeout for a response from the API server. */
const TIMEOUT_MS = 30_000;
const ADVICE = "Check KUBECONFIG, the config kubernetes:context, and the permissions that docs/kubernetes.md lists";

/** Returns the cluster that `config` selects. Connects at the first call. */
export function openCluster(config: ClusterConfig): Cluster & ClusterSecrets {
    let connection: Connection | undefined;

    async function call<T>(action: string, work: (connection: Connection) => Promise<T>): Promise<T> {
        try {
            connection ??= connect(config);
            return await work(connection);
        } catch (error) {
            throw error instanceof ClusterError ? error : clusterError(action, error, ADVICE);
        }
    }

    async function patch(workload: WorkloadName, strategy: Strategy, request: Patch): Promise<void> {
        const { kind, name, namespace } = workload;
        await call(`change ${workloadTitle(workload)}`, ({ apps, options }) =>
            kind === "Deployment"
                ? apps.patchNamespacedDeployment({ name, namespace, ...request }, options(strategy))
                : apps.patchNamespacedStatefulSet({ name, namespace, ...request }, options(strategy)),
        );
    }

    return {
        async read(workload) {
            const { kind, name, namespace } = workload;
            return call(`read ${workloadTitle(workload)}`, async ({ apps, options }) => {
                const read =
                    kind === "Deployment"
                        ? apps.readNamespacedDeployment({ name, namespace }, options())
                        : apps.readNamespacedStatefulSet({ name, namespace }, options());
                return read.catch(undefinedIfNotFound);
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
        ...secretCalls(call),
    };
}

type Call = <T>(action: string, work: (connection: Connection) => Promise<T>) => Promise<T>;

function secretCalls(call: Call): ClusterSecrets {
    return {
        async readSecret({ name, namespace }) {
            return call(`read ${secretTitle({ name, namespace })}`, ({ core, options }) =>
                core.readNamespacedSecret({ name, namespace }, options()).catch(undefinedIfNotFound),
            );
        },
        async applySecret({ name, namespace }, uid, data, { fieldManager, force }) {
            const metadata = { name, namespace, ...(uid === undefined ? {} : { uid }) };
            const body = { apiVersion: "v1", kind: "Secret", metadata, ...(data === undefined ? {} : { data }) };
            await call(`change ${secretTitle({ name, namespace })}`, ({ core, options }) =>
                core.patchNamespacedSecret({ name, namespace, body, fieldManager, force }, options("ServerSideApply")),
            );
        },
        async deleteSecret({ name, namespace }, uid) {
            await call(`delete ${secretTitle({ name, namespace })}`, ({ core, options }) =>
                core
                    .deleteNamespacedSecret({ name, namespace, body: { preconditions: { uid } } }, options())
                    .catch(undefinedIfNotFound),
            );
        },
    };
}

type Kubernetes = typeof import("./client");

interface Connection {
    readonly apps: AppsV1Api;
    readonly core: CoreV1Api;
    /** Returns the options of a request: its headers and its timeout. */
    readonly options: (strategy?: Strategy) => ReturnType<Kubernetes["setHeaderOptions"]>;
}

type Strategy = keyof Kubernetes["PatchStrategy"];
type Patch = Pick<AppsV1ApiPatchNamespacedDeploymentRequest, "body" | "dryRun" | "fieldManager" | "force">;

/**
 * Connects. Loads the Kubernetes client only here: it is large, and a stack without a Kubernetes target does not need
 * it.
 */
function connect(config: ClusterConfig): Connection {
    // Not `import()`: Node.js would resolve it itself, and cannot load TypeScript.
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

/**
 * Sets the proxy from the environment variables. The client only uses a proxy from the kubeconfig; kubectl and the
 * Kubernetes provider also use the one from the environment variables.
 */
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

function undefinedIfNotFound(error: unknown): undefined {
    if (statusOf(error) !== 404) {
        throw error;
    }
}
