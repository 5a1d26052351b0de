import * as pulumi from "@pulumi/pulumi";
import type { EntriesByContainer } from "./problems";
import type { PodToken } from "./tokenVolume";
import type { WorkloadName } from "./workload";

export interface WorkloadPatchArgs extends WorkloadName {
    /** The containers that get the env vars. */
    readonly containers: readonly string[];
    /** References to keys of Secrets, by env var name. */
    readonly env: Readonly<Record<string, { secretKeyRef: { name: pulumi.Input<string>; key: string } }>>;
    /** The token to mount into the containers; left out if the Deployment logs in with a credential. */
    readonly token?: PodToken | undefined;
    readonly fieldManager: string;
    readonly force: boolean;
    /** Env entries of others that this run takes over or removes, because of `force`; left out if there are none. */
    readonly takeOver?: EntriesByContainer | undefined;
    readonly waitForRollout: boolean;
}

/** The env entries of one workload, and its pods' token. Implemented by this project's own plugin: see `provider/workloadPatch.ts`. */
export class WorkloadPatch extends pulumi.CustomResource {
    constructor(name: string, args: WorkloadPatchArgs, opts: pulumi.CustomResourceOptions) {
        super("airflow-deployment:kubernetes:WorkloadPatch", name, { ...args }, opts);
    }
}
