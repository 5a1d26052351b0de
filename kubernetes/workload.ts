/** A Kubernetes workload and who owns the env entries of its containers. Pure: the calls are in `cluster.ts`. */

export interface WorkloadName {
    readonly kind: "Deployment" | "StatefulSet";
    readonly namespace: string;
    readonly name: string;
}

export interface Workload extends Omit<WorkloadName, "namespace"> {
    readonly containers: readonly string[];
}

/** The parts of a live Deployment or StatefulSet that are looked at. */
export interface LiveWorkload {
    readonly metadata?: {
        readonly uid?: string;
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

/** How a message names it. */
export const title = ({ kind, name, namespace }: WorkloadName): string =>
    `${kind} "${name}" in namespace "${namespace}"`;

export function containersOf(live: LiveWorkload): readonly LiveContainer[] {
    return live.spec?.template?.spec?.containers ?? [];
}

/** Field managers that own the value of an env entry, literal or reference. */
export function ownersOf(live: LiveWorkload, container: string, variable: string): string[] {
    const path = ["f:spec", "f:template", "f:spec", "f:containers", key(container), "f:env", key(variable)];
    const owners = (live.metadata?.managedFields ?? []).flatMap(({ manager, fieldsV1 }) => {
        const entry = path.reduce<unknown>(child, fieldsV1);
        const owns = child(entry, "f:value") !== undefined || child(entry, "f:valueFrom") !== undefined;
        return owns && manager !== undefined ? [manager] : [];
    });
    return [...new Set(owners)];
}

const key = (name: string): string => `k:${JSON.stringify({ name })}`;

function child(node: unknown, field: string): unknown {
    return typeof node === "object" && node !== null ? (node as Record<string, unknown>)[field] : undefined;
}
