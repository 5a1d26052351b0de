import { envRedactor } from "../../../airflow/redact";
import { callHouston } from "./call";
import { HoustonError } from "./errors";
import { exclusively } from "./lock";
import { withRetries } from "./retry";
import type { Variable } from "./variables";

/** How Houston knows an Airflow Deployment. */
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

const FIND = `query workspaces { workspaces { deployments { id releaseName } } }`;

/** The variables of a Deployment; of a secret, the value is empty. */
export function readVariables(deployment: HoustonDeployment): Promise<Variable[]> {
    return withRetries(() => read(deployment));
}

/**
 * Reads, lets `decide` say what the whole set shall be (nothing for no change), and writes. Writers of this user on this
 * machine take turns. Somebody else's write between ours and the read before it is lost: Houston gives no version to
 * compare. Another try starts with another read, so that the window never is longer than a round trip.
 */
export function changeVariables(
    deployment: HoustonDeployment,
    decide: (live: readonly Variable[]) => readonly Variable[] | undefined,
): Promise<void> {
    const { houstonUrl, releaseName } = deployment;
    return exclusively(`${houstonUrl} ${releaseName}`, (isHeld) =>
        withRetries(async () => {
            const wanted = decide(await read(deployment));
            if (!isHeld()) {
                throw new HoustonError(`Lost the turn to write to ${releaseName}. Nothing was written: try again`);
            }
            if (wanted !== undefined) {
                await write(deployment, wanted);
            }
        }),
    );
}

/** Ids of the Deployments that the token's service account can see, by release name. */
export async function findDeployments(houstonUrl: string): Promise<ReadonlyMap<string, string>> {
    const data = await withRetries(() =>
        callHouston(houstonUrl, { query: FIND, variables: {}, purpose: "list the Deployments" }),
    );
    const { workspaces } = data as {
        workspaces: { deployments: { id: string; releaseName: string }[] | null }[] | null;
    };
    const deployments = (workspaces ?? []).flatMap((workspace) => workspace.deployments ?? []);
    return new Map(deployments.map(({ id, releaseName }) => [releaseName, id]));
}

async function read({ houstonUrl, deploymentUuid, releaseName }: HoustonDeployment): Promise<Variable[]> {
    const data = await callHouston(houstonUrl, {
        query: READ,
        variables: { deploymentUuid, releaseName },
        purpose: `read the variables of ${releaseName}`,
    });
    const { deploymentVariables } = data as { deploymentVariables: unknown };
    if (!Array.isArray(deploymentVariables)) {
        // With less than the whole set in hand, a write would delete the rest.
        throw new HoustonError(`Cannot read the variables of ${releaseName}: Houston at ${houstonUrl} gives no list`);
    }
    return deploymentVariables.map(({ key, value, isSecret }: Partial<Variable>) => {
        if (typeof key !== "string") {
            throw new HoustonError(`Cannot read the variables of ${releaseName}: one of them has no key`);
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
        purpose: `write the variables of ${releaseName}`,
        redact: envRedactor(
            values,
            wanted.map(({ key, isSecret }) => ({ name: key, secret: isSecret })),
        ),
    });
}
