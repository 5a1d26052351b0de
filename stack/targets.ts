import type * as pulumi from "@pulumi/pulumi";
import { AstronomerTarget, type AstronomerTargetArgs } from "../components/astronomer/target";
import type { DeploymentProvider } from "../components/deploymentProvider";
import { KubernetesTarget, type KubernetesTargetArgs } from "../components/kubernetes/target";
import type { EnvVar } from "../components/secretsBackend";

/** A target as it is configured. */
export type TargetPlan =
    | (Omit<KubernetesTargetArgs, "env"> & { readonly kind: "kubernetes" })
    | (Pick<AstronomerTargetArgs, "houstonUrl" | "force"> & {
          readonly kind: "astronomer";
          /** Default: the Deployment's name. */
          readonly releaseName?: string | undefined;
          readonly deploymentUuid?: string | undefined;
      });

export interface Places {
    /** What Houston knows the Deployments of Astronomer by, by name. */
    readonly deploymentUuids: ReadonlyMap<string, string>;
    readonly provider: DeploymentProvider;
}

/** Makes the target of that kind: the one place that knows which there are. */
export function createTarget(
    name: string,
    plan: TargetPlan,
    env: readonly EnvVar[],
    { deploymentUuids, provider }: Places,
): pulumi.ComponentResource {
    const opts = { providers: [provider] };
    if (plan.kind === "kubernetes") {
        return new KubernetesTarget(name, { ...plan, env }, opts);
    }
    const { houstonUrl, force, releaseName = name } = plan;
    const deploymentUuid = deploymentUuids.get(name);
    if (deploymentUuid === undefined) {
        throw new Error(`nobody has looked up what Houston knows ${name} by: preflight does`);
    }
    return new AstronomerTarget(name, { houstonUrl, deploymentUuid, releaseName, force, env }, opts);
}

/** What the stack's output says of a target. */
export function describeTarget(name: string, plan: TargetPlan): object {
    if (plan.kind === "kubernetes") {
        return { kind: plan.kind, namespace: plan.namespace, workloads: plan.workloads };
    }
    return { kind: plan.kind, houstonUrl: plan.houstonUrl, releaseName: plan.releaseName ?? name };
}
