import type { AppsV1ApiPatchNamespacedDeploymentRequest } from "@kubernetes/client-node";
import { ClusterError, clusterError, isNotFound } from "./clusterError";
import { connect, type ClusterConfig, type Connection, type Strategy } from "./connection";
import type { Pod } from "./pods";
import { secretTitle, type LiveSecret, type SecretName } from "./secret";
import {
    workloadTitle,
    type EntryPosition,
    type LiveWorkload,
    type ManagedFields,
    type ReadableWorkload,
    type WorkloadName,
} from "./workload";

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
    read(workload: ReadableWorkload): Promise<LiveWorkload | undefined>;
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
    /** Removes env entries from the workload that was read. Fails if somebody has changed the workload since. */
    removeEntries(workload: WorkloadName, read: LiveWorkload, entries: readonly EntryPosition[]): Promise<void>;
    pods(namespace: string, labels: Readonly<Record<string, string>>): Promise<readonly Pod[]>;
}

/** The API calls that read what env vars come from. Each throws a `ClusterError` as above. */
export interface ClusterReads {
    /** Returns `undefined` if the Secret or the namespace does not exist. */
    readSecret(secret: SecretName): Promise<LiveSecret | undefined>;
    /** Returns the data of a ConfigMap; `undefined` if it or the namespace does not exist. */
    readConfigMap(configMap: SecretName): Promise<Readonly<Record<string, string>> | undefined>;
}

/** Result of the plugin's function `airflow-deployment:kubernetes:findCluster`. */
export type FoundCluster = ClusterIdentity | { readonly refusal: string };

export interface ClusterIdentity {
    /** The API server's address. */
    readonly server: string;
    /** The UID of the namespace kube-system, which is the same as long as the cluster exists. */
    readonly uid: string;
}

/** The API calls about Secrets. Each throws a `ClusterError` if the API server refuses or does not answer. */
export interface ClusterSecrets extends Pick<ClusterReads, "readSecret"> {
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

/** A service account, and the audience of a token for it. */
export interface TokenRequest {
    readonly namespace: string;
    readonly serviceAccount: string;
    readonly audience: string;
}

/** Everything that can be called. */
export interface AllCalls extends Cluster, ClusterReads, ClusterSecrets {
    /** Returns a token of a service account, valid for ten minutes: the shortest time that Kubernetes allows. */
    requestToken(request: TokenRequest): Promise<string>;
    identity(): Promise<ClusterIdentity>;
}

/** Timeout for a response from the API server. */
const TIMEOUT_MS = 30_000;
const ADVICE = "Check KUBECONFIG, the config kubernetes:context, and the permissions that docs/kubernetes.md lists";

/** Returns the cluster that `config` selects. Connects at the first call. */
export function openCluster(config: ClusterConfig, timeoutMs = TIMEOUT_MS): AllCalls {
    let connection: Connection | undefined;

    async function call<T>(action: string, work: (connection: Connection) => Promise<T>): Promise<T> {
        try {
            connection ??= connect(config, timeoutMs);
            return await work(connection);
        } catch (error) {
            throw error instanceof ClusterError ? error : clusterError(action, error, ADVICE, connection?.server);
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
                const read = {
                    Deployment: () => apps.readNamespacedDeployment({ name, namespace }, options()),
                    StatefulSet: () => apps.readNamespacedStatefulSet({ name, namespace }, options()),
                    DaemonSet: () => apps.readNamespacedDaemonSet({ name, namespace }, options()),
                }[kind];
                return read().catch(undefinedIfNotFound);
            });
        },
        async apply(workload, uid, spec, { fieldManager, force, dryRun }) {
            const { kind, name, namespace } = workload;
            const body = { apiVersion: "apps/v1", kind, metadata: { name, namespace, uid }, spec };
            const request = { body, fieldManager, force, ...(dryRun ? { dryRun: "All" } : {}) };
            await patch(workload, "ServerSideApply", request);
        },
        async setManagedFields(workload, read, fields) {
            const change = { op: "replace", path: "/metadata/managedFields", value: fields };
            await patch(workload, "JsonPatch", { body: [change, sameVersion(read)] });
        },
        async removeEntries(workload, read, entries) {
            // From the last to the first: each removal changes the positions after it.
            const removals = [...entries].reverse().map(({ container, entry }) => ({
                op: "remove",
                path: `/spec/template/spec/containers/${container}/env/${entry}`,
            }));
            await patch(workload, "JsonPatch", { body: [sameVersion(read), ...removals] });
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
        async identity() {
            return call("read the namespace kube-system", async ({ server, core, options }) => {
                const { metadata } = await core.readNamespace({ name: "kube-system" }, options());
                return { server, uid: metadata?.uid ?? "" };
            });
        },
        async requestToken({ namespace, serviceAccount: name, audience }) {
            return call(`request a token for service account "${name}" in namespace "${namespace}"`, async (to) => {
                const body = { spec: { audiences: [audience], expirationSeconds: 600 } };
                const { status } = await to.core.createNamespacedServiceAccountToken(
                    { name, namespace, body },
                    to.options(),
                );
                return status?.token ?? "";
            });
        },
        ...secretCalls(call),
    };
}

/** Makes the API server refuse a change of another version of the workload than the one that was read. */
function sameVersion({ metadata }: LiveWorkload): object {
    return { op: "replace", path: "/metadata/resourceVersion", value: metadata?.resourceVersion };
}

type Patch = Pick<AppsV1ApiPatchNamespacedDeploymentRequest, "body" | "dryRun" | "fieldManager" | "force">;
type Call = <T>(action: string, work: (connection: Connection) => Promise<T>) => Promise<T>;

function secretCalls(call: Call): ClusterReads & ClusterSecrets {
    return {
        async readConfigMap({ name, namespace }) {
            return call(`read ConfigMap "${name}" in namespace "${namespace}"`, async ({ core, options }) => {
                const found = await core
                    .readNamespacedConfigMap({ name, namespace }, options())
                    .catch(undefinedIfNotFound);
                return found === undefined ? undefined : (found.data ?? {});
            });
        },
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

function undefinedIfNotFound(error: unknown): undefined {
    if (!isNotFound(error)) {
        throw error;
    }
}
