import * as pulumi from "@pulumi/pulumi";
import type { WorkloadName } from "./workload";

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
