import * as pulumi from "@pulumi/pulumi";
import type { ClusterConfig } from "../kubernetes/cluster";
import type { WorkloadName } from "../kubernetes/workload";

export interface WorkloadPatchArgs extends WorkloadName {
    /** The containers that get the env vars. */
    readonly containers: readonly string[];
    /** References to keys of Secrets, by env var. */
    readonly env: Readonly<Record<string, { secretKeyRef: { name: pulumi.Input<string>; key: string } }>>;
    readonly fieldManager: string;
    readonly force: boolean;
    readonly waitForRollout: boolean;
}

/** Env entries of one workload, which this project's own plugin sets: see `provider/workloadPatch.ts`. */
export class WorkloadPatch extends pulumi.CustomResource {
    constructor(name: string, args: WorkloadPatchArgs, opts: pulumi.CustomResourceOptions) {
        super("airflow-deployment:kubernetes:WorkloadPatch", name, { ...args }, opts);
    }
}

/**
 * Tells the plugin of the cluster that the stack's config names, as a provider of its own; nothing where the config names
 * none, and the plugin goes by `KUBECONFIG` by itself. A kubeconfig may hold credentials, so it is a secret in the state.
 */
export function clusterProvider({ kubeconfig, context }: ClusterConfig): pulumi.ProviderResource | undefined {
    if (kubeconfig === undefined && context === undefined) {
        return undefined;
    }
    const settings = { context, ...(kubeconfig === undefined ? {} : { kubeconfig: pulumi.secret(kubeconfig) }) };
    return new ClusterProvider("airflow-deployment", "cluster", settings);
}

class ClusterProvider extends pulumi.ProviderResource {}
