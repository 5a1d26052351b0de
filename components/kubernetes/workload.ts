/** Names and live state of Kubernetes workloads. */

/** The kinds on which env vars can be set. */
export const workloadKinds = ["Deployment", "StatefulSet"] as const;

export interface WorkloadName {
    readonly kind: (typeof workloadKinds)[number];
    readonly namespace: string;
    readonly name: string;
}

/** Includes a kind on which env vars cannot be set, because somebody may have meant it. */
export interface ReadableWorkload extends Omit<WorkloadName, "kind"> {
    readonly kind: WorkloadName["kind"] | "DaemonSet";
}

export interface Workload extends Omit<WorkloadName, "namespace"> {
    readonly containers: readonly string[];
}

/** The parts of a live Deployment or StatefulSet that this project reads. */
export interface LiveWorkload {
    readonly metadata?: {
        readonly uid?: string;
        readonly resourceVersion?: string;
        readonly generation?: number;
        readonly managedFields?: readonly ManagedFields[];
    };
    readonly spec?: {
        readonly replicas?: number;
        readonly paused?: boolean;
        readonly selector?: { readonly matchLabels?: Readonly<Record<string, string>> };
        readonly updateStrategy?: { readonly type?: string };
        readonly template?: { readonly spec?: LivePodSpec };
    };
    readonly status?: {
        readonly observedGeneration?: number;
        readonly replicas?: number;
        readonly updatedReplicas?: number;
        readonly readyReplicas?: number;
        readonly availableReplicas?: number;
        readonly conditions?: readonly Condition[];
    };
}

interface LivePodSpec {
    readonly containers?: readonly LiveContainer[];
    readonly volumes?: readonly LiveVolume[];
    readonly serviceAccountName?: string;
}

export interface LiveVolume {
    readonly name: string;
    /** Set if it is a projected volume. */
    readonly projected?: { readonly sources?: readonly { readonly serviceAccountToken?: TokenProjection }[] };
}

interface TokenProjection {
    readonly audience?: string;
    readonly expirationSeconds?: number;
    readonly path: string;
}

export interface LiveContainer {
    readonly name: string;
    readonly volumeMounts?: readonly { readonly name: string; readonly mountPath: string }[];
    readonly env?: readonly LiveEntry[];
    readonly envFrom?: readonly LiveEnvSource[];
}

/** Where an env entry is in the lists of a workload that was read. */
export interface EntryPosition {
    readonly container: number;
    readonly entry: number;
}

/** A ConfigMap or a Secret whose keys all become env vars. An entry of the same name in `env` goes before it. */
export interface LiveEnvSource {
    /** Comes before each key. */
    readonly prefix?: string;
    readonly configMapRef?: { readonly name?: string };
    readonly secretRef?: { readonly name?: string };
}

export interface LiveEntry {
    readonly name: string;
    readonly value?: string;
    readonly valueFrom?: { readonly secretKeyRef?: Partial<SecretKey> };
}

/** A key of a Secret in the workload's namespace. */
export interface SecretKey {
    readonly name: string;
    readonly key: string;
}

export interface Condition {
    readonly type: string;
    readonly status: string;
    readonly reason?: string;
    readonly message?: string;
}

/** https://kubernetes.io/docs/reference/using-api/server-side-apply/#field-management */
export interface ManagedFields {
    readonly manager?: string;
    readonly fieldsV1?: object;
}

/** Returns the name of a workload for messages. */
export const workloadTitle = ({ kind, name, namespace }: ReadableWorkload): string =>
    `${kind} "${name}" in namespace "${namespace}"`;

/** Returns where the entries are that `isMeant` selects by container and name, in the order of the lists. */
export function entryPositions(
    live: LiveWorkload,
    isMeant: (container: string, envVar: string) => boolean,
): EntryPosition[] {
    return containersOf(live).flatMap(({ name, env = [] }, container) =>
        env.flatMap((each, entry) => (isMeant(name, each.name) ? [{ container, entry }] : [])),
    );
}

export function containersOf(live: LiveWorkload): readonly LiveContainer[] {
    return live.spec?.template?.spec?.containers ?? [];
}

export function volumesOf(live: LiveWorkload): readonly LiveVolume[] {
    return live.spec?.template?.spec?.volumes ?? [];
}

/** Returns the name of the service account that a workload's pods run as. */
export function serviceAccountOf(live: LiveWorkload): string {
    return live.spec?.template?.spec?.serviceAccountName ?? "default";
}
