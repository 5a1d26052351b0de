/** What Airflow's chart makes of a release: each workload with its container, which is named after its role. */
export const components = [
    { kind: "Deployment", role: "scheduler" },
    { kind: "Deployment", role: "dag-processor" },
    { kind: "Deployment", role: "triggerer" },
    { kind: "Deployment", role: "api-server" },
    { kind: "StatefulSet", role: "worker" },
] as const;

export type Component = (typeof components)[number];

/** Where a release runs. */
export function namespaceOf(release: string): string {
    return `airflow-${release}`;
}
