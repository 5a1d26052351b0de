import * as pulumi from "@pulumi/pulumi";
import type { ClusterConfig } from "./cluster";
import type { PlannedWorkloads, WorkloadProblems } from "../../provider/workloadProblems";
import type { DeploymentProvider } from "../deploymentProvider";

/** Which cluster the stack's config names: where the provider of Kubernetes works. */
export function clusterConfig(): ClusterConfig {
    const config = new pulumi.Config("kubernetes");
    return { kubeconfig: config.get("kubeconfig"), context: config.get("context") };
}

/** Every problem of the plan, a sentence each without its full stop. The plugin looks: it has the client for it loaded. */
export async function findProblems(
    { workloads, namespace, names, manager, force }: PlannedWorkloads,
    provider: DeploymentProvider,
): Promise<readonly string[]> {
    const found = (await pulumi.runtime.invoke(
        "airflow-deployment:kubernetes:findProblems",
        { workloads, namespace, names, manager, force },
        { provider },
    )) as WorkloadProblems;
    if ("refusal" in found) {
        throw new pulumi.RunError(`The stack looks at a workload before it changes it, and ${found.refusal}.`);
    }
    return found.problems;
}
