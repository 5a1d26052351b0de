/**
 * The workloads that Airflow's Helm chart creates for a release with its default values: those that keep their logs on a
 * volume are StatefulSets. Each has one container, named after its role.
 */
export const components = [
    { kind: "Deployment", role: "scheduler" },
    { kind: "Deployment", role: "dag-processor" },
    { kind: "StatefulSet", role: "triggerer" },
    { kind: "Deployment", role: "api-server" },
    { kind: "StatefulSet", role: "worker" },
] as const;

export type Component = (typeof components)[number];

export interface Workload {
    readonly kind: "Deployment" | "StatefulSet";
    readonly name: string;
    readonly containers: readonly string[];
}

export interface Workloads {
    readonly namespace: string;
    readonly workloads: readonly Workload[];
}

/** Returns the namespace of a release. */
export function namespaceOf(release: string): string {
    return `airflow-${release}`;
}

/** Returns a release's workloads, with the names that the Helm chart gives them. */
export function workloadsOfRelease(release: string): Workloads {
    const workloads = components.map(({ kind, role }) => ({ kind, name: `${release}-${role}`, containers: [role] }));
    return { namespace: namespaceOf(release), workloads };
}
