import type { Cluster } from "../components/kubernetes/cluster";
import { ClusterError } from "../components/kubernetes/clusterError";
import { problemsOf, type PlannedWorkloads, type WorkloadProblems } from "../components/kubernetes/problems";
import type { FunctionType } from "./resourceType";

/**
 * What of the live workloads stands in the way of env entries. Nothing else of a workload leaves the plugin: other
 * people's literal values stand in it, and Pulumi's debug log has what a function answers.
 */
export function workloadProblems(cluster: () => Cluster): FunctionType {
    return {
        inputs: ["workloads", "namespace", "names", "manager", "force"],
        async call(inputs): Promise<WorkloadProblems> {
            const { workloads, ...plan } = inputs as unknown as PlannedWorkloads;
            const { namespace } = plan;
            const found = workloads.map(async (workload) =>
                problemsOf(plan, workload, await cluster().read({ ...workload, namespace })),
            );
            try {
                return { problems: (await Promise.all(found)).flat() };
            } catch (error) {
                if (error instanceof ClusterError) {
                    return { refusal: error.message };
                }
                throw error;
            }
        },
    };
}
