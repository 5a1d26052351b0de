import * as pulumi from "@pulumi/pulumi";
import { cloudIdentities, envNames } from "../airflow/envVars";
import { findMountProblems } from "./approleMounts";
import { findAwsAccount } from "./awsAccount";
import { findAzure } from "./azureSubscription";
import type { BackendPlan, Surroundings } from "./backends";
import { findGcpProjects } from "./gcpProjects";
import { fieldManager } from "./names";
import { findProblems, type ReadWorkload, type Workload } from "./workloads";

/** What of a Deployment is compared with what is there. */
export interface Planned {
    readonly name: string;
    readonly backend: BackendPlan;
    readonly target: { readonly namespace: string; readonly workloads: readonly Workload[]; readonly force: boolean };
}

export interface Place {
    readonly readWorkload: ReadWorkload;
    /** The AWS account that the stack belongs to, where the config says. */
    readonly awsAccountId: string | undefined;
    /** The same of the Azure subscription. */
    readonly azureSubscriptionId: string | undefined;
}

/**
 * Looks at the services before anything is changed, in a preview too, and ends the program with every problem at once:
 * what a service would answer later, in the middle of an `up`, says less about what to do. Gives what it found.
 */
export async function preflight(planned: readonly Planned[], place: Place): Promise<Surroundings> {
    const usesAws = planned.some(({ backend }) => backend.kind.startsWith("aws-"));
    const account = usesAws ? findAwsAccount(place.awsAccountId) : undefined;
    const projects = findGcpProjects(
        planned.flatMap(({ backend }) => (backend.kind === "gcp-secret-manager" ? backend.project : [])),
    );
    const inAzure = planned.flatMap(({ name, backend }) =>
        backend.kind === "azure-key-vault" ? { ...backend, deployment: name } : [],
    );
    const vaults = inAzure.length > 0 ? findAzure(inAzure, place.azureSubscriptionId) : undefined;
    const mounts = findMountProblems(
        planned.flatMap(({ name, backend }) => (backend.kind === "vault" ? { ...backend, deployment: name } : [])),
    );
    const targets = planned.map(async ({ name, backend, target }) => {
        const { readWorkload } = place;
        const plan = { ...target, names: envNames[backend.kind], manager: fieldManager(name), readWorkload };
        return (await findProblems(plan)).map((problem) => `Deployment "${name}": ${problem}`);
    });
    // All at once: each waits for another service.
    const [awsAccount, gcpProjectNumbers, foundVaults, ...found] = await Promise.all([
        account,
        projects,
        vaults,
        mounts,
        ...targets,
    ]);
    const problems = [...(foundVaults?.problems ?? []), ...found.flat()];
    if (problems.length > 0) {
        const lines = problems.map((problem) => `  - ${problem}.`);
        // The engine prints a RunError without a stack trace.
        throw new pulumi.RunError(["This cannot work as it is. Nothing was changed.", ...lines].join("\n"));
    }
    await warnOfIdentities(planned);
    return { awsAccount, gcpProjectNumbers, azure: foundVaults?.azure };
}

/** A credential in a cloud's own variables is there for everything that runs in the Deployment. */
async function warnOfIdentities(planned: readonly Planned[]): Promise<void> {
    for (const { cloud, kinds, variables, principal } of cloudIdentities) {
        const concerned = planned.flatMap(({ name, backend: { kind } }) => (kinds.includes(kind) ? name : []));
        const names = `${variables.slice(0, -1).join(", ")} and ${variables.at(-1) ?? ""}`;
        if (concerned.length > 0) {
            await pulumi.log.warn(
                `${names} become the identity of every DAG in ${concerned.join(", ")}: a task that uses ${cloud} without ` +
                    `a connection of its own acts as the ${principal} that reads secrets, and is refused.`,
            );
        }
    }
}
