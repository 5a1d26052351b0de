import type { Cluster } from "../components/kubernetes/cluster";
import { ClusterError } from "../components/kubernetes/clusterError";
import { problemsOf, type PlannedWorkloads, type WorkloadProblems } from "../components/kubernetes/problems";
import type { FunctionType } from "./resourceType";

/**
 * Returns a function that finds why env entries cannot be set on live workloads. It returns nothing else of a workload,
 * because a workload may contain other people's literal values and Pulumi's debug log contains the results of
 * functions.
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
