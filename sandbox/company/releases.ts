/** What Airflow's chart makes of a release: each workload with its container, which is named after its role. */
export const components = [
    { kind: "Deployment", role: "scheduler" },
    { kind: "Deployment", role: "dag-processor" },
    { kind: "Deployment", role: "triggerer" },
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

/** Where a release runs. */
export function namespaceOf(release: string): string {
    return `airflow-${release}`;
}

/** A release's workloads, as the chart names them. */
export function workloadsOfRelease(release: string): Workloads {
    const workloads = components.map(({ kind, role }) => ({ kind, name: `${release}-${role}`, containers: [role] }));
    return { namespace: namespaceOf(release), workloads };
}
