import * as pulumi from "@pulumi/pulumi";
import type { z } from "zod";
import { allSettled } from "../allSettled";
import type { DeploymentProvider } from "../deploymentProvider";
import { fieldManager } from "../names";
import type { TargetDeployment, TargetService } from "../target";
import type { ClusterConfig } from "./cluster";
import type { kubernetesTarget } from "./config";
import type { PlannedWorkloads, WorkloadProblems } from "./problems";
import { KubernetesTarget } from "./target";

type KubernetesConfig = z.output<typeof kubernetesTarget>;

export const kubernetes: TargetService<KubernetesConfig> = {
    kind: "kubernetes",
    lookUp: async (deployments, provider) => {
        const problems = await allSettled(deployments.map((deployment) => problemsOf(deployment, provider)));
        return {
            problems: problems.flat(),
            create: ({ current, target }, env, hooks) =>
                new KubernetesTarget(current, { ...target, env, hooks }, { providers: [provider] }),
            describe: ({ target: { kind, namespace, workloads } }) => ({ kind, namespace, workloads }),
        };
    },
};

/** Returns the cluster in the stack's config. The Kubernetes provider uses the same config. */
export function clusterConfig(): ClusterConfig {
    const config = new pulumi.Config("kubernetes");
    return { kubeconfig: config.get("kubeconfig"), context: config.get("context") };
}

async function problemsOf(
    { name, current, target, envNames }: TargetDeployment<KubernetesConfig>,
    provider: DeploymentProvider,
): Promise<string[]> {
    const plan = { ...target, names: envNames, manager: fieldManager(current.owner) };
    return (await findProblems(plan, provider)).map((problem) => `Deployment "${name}": ${problem}`);
}

/** Calls the plugin, so that only the plugin loads the Kubernetes client. */
async function findProblems(
    { workloads, podTemplateSecret, namespace, names, manager, force }: PlannedWorkloads,
    provider: DeploymentProvider,
): Promise<readonly string[]> {
    const found = (await pulumi.runtime.invoke(
        "airflow-deployment:kubernetes:findProblems",
        { workloads, podTemplateSecret, namespace, names, manager, force },
        { provider },
    )) as WorkloadProblems;
    if ("refusal" in found) {
        throw new pulumi.RunError(`Preflight failed; nothing was changed: ${found.refusal}.`);
    }
    return found.problems;
}
