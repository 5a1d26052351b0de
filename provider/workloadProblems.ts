import type { Cluster, ClusterSecrets } from "../components/kubernetes/cluster";
import { ClusterError } from "../components/kubernetes/clusterError";
import { problemsOf, type PlannedWorkloads, type WorkloadProblems } from "../components/kubernetes/problems";
import { secretProblems } from "../components/kubernetes/secret";
import type { FunctionType } from "./resourceType";

/**
 * Returns a function that finds why env entries cannot be set on live workloads, and why the Secret for pod templates
 * cannot be written. It returns nothing else of a workload or a Secret, because they may contain other people's values
 * and Pulumi's debug log contains the results of functions.
 */
export function workloadProblems(cluster: () => Cluster & Pick<ClusterSecrets, "readSecret">): FunctionType {
    return {
        inputs: ["workloads", "podTemplateSecret", "namespace", "names", "manager", "force"],
        async call(inputs): Promise<WorkloadProblems> {
            const { workloads, podTemplateSecret, ...plan } = inputs as unknown as PlannedWorkloads;
            const { namespace } = plan;
            const onWorkloads = workloads.map(async (workload) =>
                problemsOf(plan, workload, await cluster().read({ ...workload, namespace })),
            );
            const secrets = podTemplateSecret === undefined ? [] : [{ name: podTemplateSecret, namespace }];
            const onSecrets = secrets.map(async (secret) =>
                secretProblems({ ...plan, ...secret }, await cluster().readSecret(secret)),
            );
            try {
                return { problems: (await Promise.all([...onWorkloads, ...onSecrets])).flat() };
            } catch (error) {
                if (error instanceof ClusterError) {
                    return { refusal: error.message };
                }
                throw error;
            }
        },
    };
}
