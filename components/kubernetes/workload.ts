/** Names and live state of Kubernetes workloads. */

export interface WorkloadName {
    readonly kind: "Deployment" | "StatefulSet";
    readonly namespace: string;
    readonly name: string;
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
        readonly template?: { readonly spec?: { readonly containers?: readonly LiveContainer[] } };
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

export interface LiveContainer {
    readonly name: string;
    readonly env?: readonly LiveEntry[];
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
export const workloadTitle = ({ kind, name, namespace }: WorkloadName): string =>
    `${kind} "${name}" in namespace "${namespace}"`;

export function containersOf(live: LiveWorkload): readonly LiveContainer[] {
    return live.spec?.template?.spec?.containers ?? [];
}
