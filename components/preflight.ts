import * as pulumi from "@pulumi/pulumi";
import { envNames } from "../airflow/envVars";
import { findMountProblems, type ApproleMount } from "./approleMounts";
import { fieldManager } from "./names";
import { findProblems, type ReadWorkload, type Workload } from "./workloads";

/** What of a Deployment is compared with what is there. */
export interface Planned {
    readonly name: string;
    readonly backend: ApproleMount & { readonly kind: keyof typeof envNames; readonly secretIdTtl: number };
    readonly target: { readonly namespace: string; readonly workloads: readonly Workload[]; readonly force: boolean };
}

/**
 * Looks at the services before anything is changed, in a preview too, and ends the program with every problem at once:
 * what a service would answer later, in the middle of an `up`, says less about what to do.
 */
export async function preflight(planned: readonly Planned[], readWorkload: ReadWorkload): Promise<void> {
    const mounts = findMountProblems(planned.map(({ name, backend }) => ({ ...backend, deployment: name })));
    const targets = planned.map(async ({ name, backend, target }) => {
        const plan = { ...target, names: envNames[backend.kind], manager: fieldManager(name), readWorkload };
        return (await findProblems(plan)).map((problem) => `Deployment "${name}": ${problem}`);
    });
    const problems = (await Promise.all([mounts, ...targets])).flat();
    if (problems.length > 0) {
        const lines = problems.map((problem) => `  - ${problem}.`);
        // The engine prints a RunError without a stack trace.
        throw new pulumi.RunError(["This cannot work as it is. Nothing was changed.", ...lines].join("\n"));
    }
}
