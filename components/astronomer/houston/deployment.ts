import { envRedactor } from "../../../airflow/redact";
import { callHouston } from "./call";
import { HoustonError } from "./errors";
import { withLock } from "./lock";
import { withRetries } from "./retry";
import type { Variable } from "./variables";

/** What identifies an Airflow Deployment in Houston. */
export interface HoustonDeployment {
    /** `https://houston.<base domain>/v1` */
    readonly houstonUrl: string;
    readonly deploymentUuid: string;
    readonly releaseName: string;
}

const READ = `query deploymentVariables($deploymentUuid: Uuid!, $releaseName: String!) {
    deploymentVariables(deploymentUuid: $deploymentUuid, releaseName: $releaseName) { key value isSecret }
}`;

const WRITE = `mutation updateDeploymentVariables(
    $deploymentUuid: Uuid!, $releaseName: String!, $environmentVariables: [InputEnvironmentVariable!]!
) {
    updateDeploymentVariables(
        deploymentUuid: $deploymentUuid, releaseName: $releaseName, environmentVariables: $environmentVariables
    ) { key value isSecret }
}`;

const FIND = `query workspaces { workspaces { id deployments { id releaseName } } }`;

export interface Workspace {
    readonly id: string;
    /** `null` if the service account may not list them. */
    readonly deployments: readonly { readonly id: string; readonly releaseName: string }[] | null;
}

/** Returns the environment variables of a Deployment. The value of a secret is empty: Houston never returns it. */
export function readVariables(deployment: HoustonDeployment): Promise<Variable[]> {
    return withRetries(() => read(deployment));
}

/**
 * Reads the environment variables, calls `decide`, and writes what it returns: all environment variables of the
 * Deployment, or `undefined` for no change. A lock serializes the writes of this user on this machine. If somebody else
 * writes between our read and our write, that write is lost, because Houston has no version to compare. A retry starts
 * with a new read, so that this window is never longer than one round trip.
 */
export function changeVariables(
    deployment: HoustonDeployment,
    decide: (live: readonly Variable[]) => readonly Variable[] | undefined,
): Promise<void> {
    const { houstonUrl, releaseName } = deployment;
    return withLock(`${houstonUrl} ${releaseName}`, (isHeld) =>
        withRetries(async () => {
            const wanted = decide(await read(deployment));
            if (!isHeld()) {
                throw new HoustonError(`Lost the lock on ${releaseName}. Nothing was written: try again`);
            }
            if (wanted !== undefined) {
                await write(deployment, wanted);
            }
        }),
    );
}

/** Returns the Workspaces that the token's service account can see, with their Deployments. */
export async function findWorkspaces(houstonUrl: string): Promise<readonly Workspace[]> {
    const data = await withRetries(() =>
        callHouston(houstonUrl, { query: FIND, variables: {}, purpose: "list the Deployments" }),
    );
    return (data as { workspaces: readonly Workspace[] | null }).workspaces ?? [];
}

/** Returns the ids of the Deployments that the token's service account can see, by release name. */
export async function findDeployments(houstonUrl: string): Promise<ReadonlyMap<string, string>> {
    const deployments = (await findWorkspaces(houstonUrl)).flatMap((workspace) => workspace.deployments ?? []);
    return new Map(deployments.map(({ id, releaseName }) => [releaseName, id]));
}

async function read({ houstonUrl, deploymentUuid, releaseName }: HoustonDeployment): Promise<Variable[]> {
    const data = await callHouston(houstonUrl, {
        query: READ,
        variables: { deploymentUuid, releaseName },
        purpose: `read the environment variables of ${releaseName}`,
    });
    const { deploymentVariables } = data as { deploymentVariables: unknown };
    if (!Array.isArray(deploymentVariables)) {
        // A write that is based on an incomplete list would delete the missing environment variables.
        throw new HoustonError(
            `Cannot read the environment variables of ${releaseName}: Houston at ${houstonUrl} returned no list`,
        );
    }
    return deploymentVariables.map(({ key, value, isSecret }: Partial<Variable>) => {
        if (typeof key !== "string") {
            throw new HoustonError(`Cannot read the environment variables of ${releaseName}: one of them has no key`);
        }
        return { key, value: value ?? "", isSecret: isSecret === true };
    });
}

async function write(
    { houstonUrl, deploymentUuid, releaseName }: HoustonDeployment,
    wanted: readonly Variable[],
): Promise<void> {
    const values = Object.fromEntries(wanted.map(({ key, value }) => [key, value]));
    await callHouston(houstonUrl, {
        query: WRITE,
        variables: {
            deploymentUuid,
            releaseName,
            environmentVariables: wanted.map(({ key, value, isSecret }) => ({ key, value, isSecret })),
        },
        purpose: `write the environment variables of ${releaseName}`,
        redact: envRedactor(
            values,
            wanted.map(({ key, isSecret }) => ({ name: key, secret: isSecret })),
        ),
    });
}
