import * as pulumi from "@pulumi/pulumi";
import { allSettled } from "../components/allSettled";
import type { EnvVar, ExpectedAccounts, FoundBackends, ListedKeys, Place, SecretsBackend } from "../components/backend";
import type { DeploymentProvider } from "../components/deploymentProvider";
import type { Owner } from "../components/owner";
import type { FoundTargets, TargetDeployment } from "../components/target";
import { createdVaultProblems } from "./createdVaults";
import { warnAboutEnds } from "./planProblems";
import { backendKind, cloudIdentities } from "./kinds";
import { findMissingSecrets } from "./missingSecrets";
import { retiringOverlaps } from "./retiringOverlaps";
import type { PlannedDeployment } from "./planStack";
import type { DeploymentConfig } from "./schema";
import { backendServices, targetServices } from "./services";

/** The services after preflight. Creates the stack's resources in them. */
export interface FoundServices {
    createBackend(deployment: PlannedDeployment): SecretsBackend & pulumi.ComponentResource;
    createTarget(
        deployment: PlannedDeployment,
        env: readonly EnvVar[],
        hooks: pulumi.ResourceHookBinding,
    ): pulumi.ComponentResource;
    /** Returns the description of the target for the stack's output. */
    describeTarget(deployment: PlannedDeployment): object;
    /** What each service keeps after the stack is destroyed, by service. */
    readonly keptOnDestroy: Readonly<Record<string, object>>;
}

/**
 * Checks the services before anything is changed, also in a preview. An error in the middle of an `up` would say less
 * about what to do.
 *
 * @throws RunError with every problem
 */
export async function preflight(
    deployments: readonly PlannedDeployment[],
    expected: ExpectedAccounts,
    provider: DeploymentProvider,
): Promise<FoundServices> {
    // In parallel: each waits for a different service.
    const [backends, targets, missing] = await allSettled([
        findBackends(deployments, expected),
        findTargets(deployments, expected, provider),
        findMissingSecrets(deployments, listKeys),
    ]);
    // Both kinds of backend in AWS have the same service.
    const found = new Set([...backends.values(), ...targets.values()]);
    const problems = [
        ...[...found].flatMap((service) => service.problems),
        ...createdVaultProblems(deployments),
        ...retiringOverlaps(deployments, pulumi.getStack()),
        ...missing.problems,
    ];
    if (problems.length > 0) {
        const lines = problems.map((problem) => `  - ${problem}.`);
        // The engine prints a RunError without a stack trace.
        throw new pulumi.RunError(["Preflight failed; nothing was changed.", ...lines].join("\n"));
    }
    await warnAboutCloudIdentities(deployments);
    await warnAboutEnds(deployments);
    for (const warning of [...missing.warnings, ...[...targets.values()].flatMap(({ warnings }) => warnings)]) {
        await pulumi.log.warn(warning);
    }
    return {
        createBackend: (deployment) => serviceOf(backends, deployment.backend.kind).create(deployment),
        createTarget: (deployment, env, hooks) =>
            serviceOf(targets, deployment.target.kind).create(targetDeployment(deployment), env, hooks),
        describeTarget: (deployment) =>
            serviceOf(targets, deployment.target.kind).describe(targetDeployment(deployment)),
        keptOnDestroy: Object.fromEntries(
            [...backends.values()].flatMap(({ keptOnDestroy = {} }) => Object.entries(keptOnDestroy)),
        ),
    };
}

type BackendConfig = DeploymentConfig["backend"];
type TargetConfig = DeploymentConfig["target"];

/** Looks up the services of the backends; returns them by kind of backend. */
async function findBackends(
    deployments: readonly PlannedDeployment[],
    expected: ExpectedAccounts,
): Promise<ReadonlyMap<string, FoundBackends<BackendConfig>>> {
    const found = await allSettled(
        backendServices.map(async (service) => {
            const users = deployments.filter(({ backend }) => service.kinds.includes(backend.kind));
            const backends = users.length > 0 ? await service.lookUp(users, expected) : undefined;
            return backends === undefined ? [] : service.kinds.map((kind) => [kind, backends] as const);
        }),
    );
    return new Map(found.flat());
}

/** Lists what is in a place, of whichever kind it is. */
function listKeys(place: Place, owner: Owner): Promise<ListedKeys> {
    const service = backendServices.find(({ kinds }) => kinds.some((kind) => kind === place.kind));
    return service?.listKeys(place, owner) ?? Promise.resolve({ unknown: `the kind ${place.kind} is not known` });
}

/** Looks up the services of the targets; returns them by kind of target. */
async function findTargets(
    deployments: readonly PlannedDeployment[],
    expected: ExpectedAccounts,
    provider: DeploymentProvider,
): Promise<ReadonlyMap<string, FoundTargets<TargetConfig>>> {
    const found = await allSettled(
        targetServices.map(async (service) => {
            const users = deployments.filter(({ target }) => target.kind === service.kind).map(targetDeployment);
            return users.length > 0 ? [[service.kind, await service.lookUp(users, provider, expected)] as const] : [];
        }),
    );
    return new Map(found.flat());
}

function targetDeployment({ name, current, backend, target, pods }: PlannedDeployment): TargetDeployment<TargetConfig> {
    const kind = backendKind(backend.kind);
    const envNames = kind.envNames(backend);
    const overriddenBy = kind.overriddenBy(envNames);
    return { name, current, target, envNames, overriddenBy, pods, readsConfig: backend.configPrefix !== undefined };
}

function serviceOf<T>(services: ReadonlyMap<string, T>, kind: string): T {
    const service = services.get(kind);
    if (service === undefined) {
        throw new Error(`stack/services.ts lists no service for the kind ${kind}`);
    }
    return service;
}

/** Warns about credentials in a cloud's standard environment variables: everything in the Deployment uses them. */
async function warnAboutCloudIdentities(deployments: readonly DeploymentConfig[]): Promise<void> {
    for (const identity of cloudIdentities) {
        const { cloud, envVars, principal } = identity;
        const names = deployments.flatMap(({ name, backend }) => {
            const { cloudIdentity, envNames } = backendKind(backend.kind);
            const set = envNames(backend);
            return cloudIdentity === identity && envVars.every((variable) => set.includes(variable)) ? name : [];
        });
        if (names.length > 0) {
            await pulumi.log.warn(
                `${envVars.slice(0, -1).join(", ")} and ${envVars.at(-1) ?? ""} become the identity of every DAG in ` +
                    `${names.join(", ")}: a task that uses ${cloud} without its own connection acts as this ` +
                    `${principal}, which may only read these secrets.`,
            );
        }
    }
}
