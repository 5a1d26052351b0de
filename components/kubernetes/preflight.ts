import * as pulumi from "@pulumi/pulumi";
import type { z } from "zod";
import { allSettled } from "../allSettled";
import type { DeploymentProvider } from "../deploymentProvider";
import { fieldManager } from "../names";
import type { TargetDeployment, TargetService } from "../target";
import type { FoundCluster } from "./cluster";
import type { kubernetesTarget } from "./config";
import type { ClusterConfig } from "./connection";
import type { PlannedWorkloads, WorkloadCheck, WorkloadProblems } from "./problems";
import { KubernetesTarget } from "./target";

type KubernetesConfig = z.output<typeof kubernetesTarget>;

export const kubernetes: TargetService<KubernetesConfig> = {
    kind: "kubernetes",
    lookUp: async (deployments, provider, { kubernetesClusterUid }) => {
        await checkCluster(kubernetesClusterUid, provider);
        const checks = await allSettled(deployments.map((deployment) => check(deployment, provider)));
        const takeOver = new Map(checks.map((found) => [found.name, found.takeOver]));
        return {
            problems: checks.flatMap(({ problems }) => problems),
            warnings: checks.flatMap(({ warnings }) => warnings),
            create: ({ name, current, target, pods }, env, hooks) => {
                const token = pods === undefined ? undefined : { audience: pods.audience };
                const args = { ...target, takeOver: takeOver.get(name) ?? {}, token, env, hooks };
                return new KubernetesTarget(current, args, { providers: [provider] });
            },
            describe: ({ target: { kind, namespace, workloads } }) => ({ kind, namespace, workloads }),
        };
    },
};

/** Returns the cluster in the stack's config. The Kubernetes provider uses the same config. */
export function clusterConfig(): ClusterConfig {
    const config = new pulumi.Config("kubernetes");
    return { kubeconfig: config.get("kubeconfig"), context: config.get("context") };
}

/**
 * Checks that the context is the cluster that the stack's config names, before anything is looked for in it.
 *
 * @throws RunError if it is another
 */
async function checkCluster(expected: string | undefined, provider: DeploymentProvider): Promise<void> {
    if (expected === undefined) {
        return;
    }
    const found = (await pulumi.runtime.invoke(
        "airflow-deployment:kubernetes:findCluster",
        {},
        { provider },
    )) as FoundCluster;
    if ("refusal" in found) {
        throw new pulumi.RunError(`Preflight failed; nothing was changed: ${found.refusal}.`);
    }
    if (found.uid !== expected) {
        throw new pulumi.RunError(
            `The cluster at ${found.server} has the UID ${found.uid}, but kubernetesClusterUid in ` +
                `Pulumi.${pulumi.getStack()}.yaml is ${expected}. Nothing was changed. Select that cluster (KUBECONFIG or ` +
                "kubernetes:context), or change kubernetesClusterUid.",
        );
    }
}

interface Check extends WorkloadCheck {
    /** The Deployment's name. */
    readonly name: string;
}

/** Calls the plugin, so that only the plugin loads the Kubernetes client. */
async function check(
    { name, current, target, envNames, overriddenBy, pods, readsConfig }: TargetDeployment<KubernetesConfig>,
    provider: DeploymentProvider,
): Promise<Check> {
    const { workloads, podTemplateSecret, namespace, force } = target;
    const plan: PlannedWorkloads = {
        workloads,
        podTemplateSecret,
        namespace,
        names: envNames,
        overriddenBy,
        readsConfig,
        token: pods === undefined ? undefined : { audience: pods.audience },
        serviceAccounts: pods?.serviceAccounts,
        manager: fieldManager(current.owner),
        force,
    };
    const found = (await pulumi.runtime.invoke(
        "airflow-deployment:kubernetes:findProblems",
        { ...plan },
        { provider },
    )) as WorkloadProblems;
    if ("refusal" in found) {
        throw new pulumi.RunError(`Preflight failed; nothing was changed: ${found.refusal}.`);
    }
    const problems = found.problems.map((problem) => `Deployment "${name}": ${problem}`);
    return { ...found, name, problems };
}
