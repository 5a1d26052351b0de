import * as pulumi from "@pulumi/pulumi";
import { openCluster, type ClusterConfig } from "../kubernetes/cluster";
import { ClusterError } from "../kubernetes/clusterError";
import { problemsOf, type Plan } from "../kubernetes/problems";
import type { LiveWorkload, Workload, WorkloadName } from "../kubernetes/workload";

/** Gives `undefined` where there is no such workload. */
export type ReadWorkload = (workload: WorkloadName) => Promise<LiveWorkload | undefined>;

export interface PlannedWorkloads extends Plan {
    readonly workloads: readonly Workload[];
    readonly readWorkload: ReadWorkload;
}

/** Which cluster the stack's config names: where the provider of Kubernetes works. */
export function clusterConfig(): ClusterConfig {
    const config = new pulumi.Config("kubernetes");
    return { kubeconfig: config.get("kubeconfig"), context: config.get("context") };
}

/** Reads workloads from the cluster. */
export function clusterReader(config: ClusterConfig): ReadWorkload {
    const cluster = openCluster(config);
    return async (workload) => {
        try {
            return await cluster.read(workload);
        } catch (error) {
            if (error instanceof ClusterError) {
                throw new pulumi.RunError(`The stack looks at a workload before it changes it, and ${error.message}.`);
            }
            throw error;
        }
    };
}

/** Every problem of the plan, a sentence each without its full stop. */
export async function findProblems({ workloads, readWorkload, ...plan }: PlannedWorkloads): Promise<string[]> {
    const found = workloads.map(async (workload) =>
        problemsOf(plan, workload, await readWorkload({ ...workload, namespace: plan.namespace })),
    );
    return (await Promise.all(found)).flat();
}
