import * as pulumi from "@pulumi/pulumi";
import type { EnvVar, ExpectedAccounts, FoundBackends, SecretsBackend } from "../components/backend";
import type { DeploymentProvider } from "../components/deploymentProvider";
import type { FoundTargets } from "../components/target";
import { backendKind, cloudIdentities } from "./kinds";
import type { DeploymentConfig } from "./schema";
import { backendServices, targetServices } from "./services";

/** The services as they were found: what creates the stack's resources. */
export interface FoundServices {
    createBackend(deployment: DeploymentConfig): SecretsBackend & pulumi.ComponentResource;
    createTarget(deployment: DeploymentConfig, env: readonly EnvVar[]): pulumi.ComponentResource;
    /** What the stack's output says of the target. */
    describeTarget(deployment: DeploymentConfig): object;
    /** What each service keeps when the stack is destroyed, by service. */
    readonly keptOnDestroy: Readonly<Record<string, object>>;
}

/**
 * Looks at the services before anything is changed, in a preview too: an error in the middle of an `up` says less about
 * what to do.
 *
 * @throws RunError with every problem
 */
export async function preflight(
    deployments: readonly DeploymentConfig[],
    expected: ExpectedAccounts,
    provider: DeploymentProvider,
): Promise<FoundServices> {
    // All at once: each waits for another service.
    const [backends, targets] = await allSettled([
        findBackends(deployments, expected),
        findTargets(deployments, provider),
    ]);
    const found = [...backends.values(), ...targets.values()];
    const problems = [...new Set(found)].flatMap((service) => service.problems);
    if (problems.length > 0) {
        const lines = problems.map((problem) => `  - ${problem}.`);
        // The engine prints a RunError without a stack trace.
        throw new pulumi.RunError(["Preflight failed; nothing was changed.", ...lines].join("\n"));
    }
    await warnOfCloudIdentities(deployments);
    return {
        createBackend: (deployment) => of(backends, deployment.backend.kind).create(deployment),
        createTarget: ({ name, target }, env) => of(targets, target.kind).create(name, target, env),
        describeTarget: ({ name, target }) => of(targets, target.kind).describe(name, target),
        keptOnDestroy: Object.fromEntries(
            [...backends.values()].flatMap(({ keptOnDestroy = {} }) => Object.entries(keptOnDestroy)),
        ),
    };
}

type BackendConfig = DeploymentConfig["backend"];
type TargetConfig = DeploymentConfig["target"];

/** By kind. */
async function findBackends(
    deployments: readonly DeploymentConfig[],
    expected: ExpectedAccounts,
): Promise<ReadonlyMap<string, FoundBackends<BackendConfig>>> {
    const found = await allSettled(
        backendServices.map(async (service) => {
            const own = deployments.filter(({ backend }) => service.kinds.includes(backend.kind));
            const backends = own.length > 0 ? await service.lookUp(own, expected) : undefined;
            return backends === undefined ? [] : service.kinds.map((kind) => [kind, backends] as const);
        }),
    );
    return new Map(found.flat());
}

/** By kind. */
async function findTargets(
    deployments: readonly DeploymentConfig[],
    provider: DeploymentProvider,
): Promise<ReadonlyMap<string, FoundTargets<TargetConfig>>> {
    const found = await allSettled(
        targetServices.map(async (service) => {
            const own = deployments
                .filter(({ target }) => target.kind === service.kind)
                .map(({ name, backend, target }) => ({ name, target, envNames: backendKind(backend.kind).envNames }));
            return own.length > 0 ? [[service.kind, await service.lookUp(own, provider)] as const] : [];
        }),
    );
    return new Map(found.flat());
}

function of<T>(services: ReadonlyMap<string, T>, kind: string): T {
    const service = services.get(kind);
    if (service === undefined) {
        throw new Error(`stack/services.ts lists no service for the kind ${kind}`);
    }
    return service;
}

/** Like `Promise.all`, but waits for all, and reports the refusal of every service. */
async function allSettled<T extends readonly unknown[]>(
    work: readonly [...T],
): Promise<{ [K in keyof T]: Awaited<T[K]> }> {
    const results = await Promise.allSettled(work);
    const errors = results.flatMap((result): unknown[] => (result.status === "rejected" ? [result.reason] : []));
    const unexpected = errors.find((error): error is Error => !pulumi.RunError.isInstance(error));
    if (unexpected !== undefined) {
        throw unexpected;
    }
    if (errors.length > 0) {
        // Several Deployments can fail for one reason, such as a cluster that cannot be reached.
        const messages = errors.flatMap((error) => (error as Error).message.split("\n"));
        throw new pulumi.RunError([...new Set(messages)].join("\n"));
    }
    return Promise.all(work);
}

/** A credential in a cloud's own variables is used by everything that runs in the Deployment. */
async function warnOfCloudIdentities(deployments: readonly DeploymentConfig[]): Promise<void> {
    for (const identity of cloudIdentities) {
        const names = deployments.flatMap(({ name, backend }) =>
            backendKind(backend.kind).cloudIdentity === identity ? name : [],
        );
        const { cloud, variables, principal } = identity;
        if (names.length > 0) {
            await pulumi.log.warn(
                `${variables.slice(0, -1).join(", ")} and ${variables.at(-1) ?? ""} become the identity of every DAG in ` +
                    `${names.join(", ")}: a task that uses ${cloud} without a connection of its own acts as the ` +
                    `${principal} that reads secrets, and is refused.`,
            );
        }
    }
}
