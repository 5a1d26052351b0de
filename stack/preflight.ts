import * as pulumi from "@pulumi/pulumi";
import { cloudIdentities, envNames } from "../airflow/envVars";
import { findMountProblems } from "../components/vault/approleMounts";
import { findRoles } from "../components/vault/approleRoles";
import { findAwsAccount } from "../components/aws/account";
import { findAzure } from "../components/azure/subscription";
import type { BackendPlan, Surroundings } from "./backends";
import { findProblems } from "../components/kubernetes/preflight";
import type { DeploymentProvider } from "../components/deploymentProvider";
import { findGcpProjects } from "../components/gcp/projects";
import { findInAstronomer } from "../components/astronomer/preflight";
import { fieldManager, variablesOwner } from "../components/names";
import type { TargetPlan } from "./targets";

/** What of a Deployment is compared with what is there. */
export interface Planned {
    readonly name: string;
    readonly backend: BackendPlan;
    readonly target: TargetPlan;
}

export interface Place {
    /** Looks at workloads. */
    readonly provider: DeploymentProvider;
    /** The AWS account that the stack belongs to, where the config says. */
    readonly awsAccountId?: string | undefined;
    /** The same of the Azure subscription. */
    readonly azureSubscriptionId?: string | undefined;
}

export interface Found extends Surroundings {
    /** What Houston knows the Deployments of Astronomer by, by name. */
    readonly deploymentUuids: ReadonlyMap<string, string>;
}

/**
 * Looks at the services before anything is changed, in a preview too, and ends the program with every problem at once:
 * what a service would answer later, in the middle of an `up`, says less about what to do. Gives what it found.
 */
export async function preflight(planned: readonly Planned[], place: Place): Promise<Found> {
    const usesAws = planned.some(({ backend }) => backend.kind.startsWith("aws-"));
    const account = usesAws ? findAwsAccount(place.awsAccountId) : undefined;
    const projects = findGcpProjects(
        planned.flatMap(({ backend }) => (backend.kind === "gcp-secret-manager" ? backend.project : [])),
    );
    const inAzure = planned.flatMap(({ name, backend }) =>
        backend.kind === "azure-key-vault" ? { ...backend, deployment: name } : [],
    );
    const vaults = inAzure.length > 0 ? findAzure(inAzure, place.azureSubscriptionId) : undefined;
    const inVault = planned.flatMap(({ name, backend }) =>
        backend.kind === "vault" ? { ...backend, deployment: name } : [],
    );
    const mounts = findMountProblems(inVault);
    const approles = findRoles(inVault);
    const workloads = planned.map(({ name, backend, target }) =>
        target.kind === "kubernetes" ? findWorkloadProblems(name, backend, target, place) : [],
    );
    const onAstronomer = planned.flatMap(({ name, backend, target }) =>
        target.kind === "astronomer"
            ? {
                  ...target,
                  name,
                  releaseName: target.releaseName ?? name,
                  deploymentUuid: target.deploymentUuid,
                  keys: envNames[backend.kind],
                  owner: variablesOwner(name),
              }
            : [],
    );
    const astronomer = onAstronomer.length > 0 ? findInAstronomer(onAstronomer) : undefined;
    // All at once: each waits for another service.
    const [roles, awsAccount, gcpProjectNumbers, foundVaults, foundReleases, ...found] = await settled([
        approles,
        account,
        projects,
        vaults,
        astronomer,
        mounts,
        ...workloads,
    ]);
    const problems = [...(foundVaults?.problems ?? []), ...(foundReleases?.problems ?? []), ...found.flat()];
    if (problems.length > 0) {
        const lines = problems.map((problem) => `  - ${problem}.`);
        // The engine prints a RunError without a stack trace.
        throw new pulumi.RunError(["This cannot work as it is. Nothing was changed.", ...lines].join("\n"));
    }
    await warnOfIdentities(planned);
    const deploymentUuids = foundReleases?.deploymentUuids ?? new Map<string, string>();
    return { roles, awsAccount, gcpProjectNumbers, azure: foundVaults?.azure, deploymentUuids };
}

/** As `Promise.all`, where nothing is under way any more when it fails, and every service's refusal is told. */
async function settled<T extends readonly unknown[]>(
    work: readonly [...T],
): Promise<{ [K in keyof T]: Awaited<T[K]> }> {
    const results = await Promise.allSettled(work);
    const errors = results.flatMap((result): unknown[] => (result.status === "rejected" ? [result.reason] : []));
    const fault = errors.find((error): error is Error => !pulumi.RunError.isInstance(error));
    if (fault !== undefined) {
        throw fault;
    }
    if (errors.length > 0) {
        // The same refusal stands for many: a cluster that cannot be reached, say.
        throw new pulumi.RunError([...new Set(errors.map((error) => (error as Error).message))].join("\n"));
    }
    return Promise.all(work);
}

async function findWorkloadProblems(
    name: string,
    { kind }: BackendPlan,
    target: Extract<TargetPlan, { kind: "kubernetes" }>,
    { provider }: Place,
): Promise<string[]> {
    const plan = { ...target, names: envNames[kind], manager: fieldManager(name) };
    return (await findProblems(plan, provider)).map((problem) => `Deployment "${name}": ${problem}`);
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
