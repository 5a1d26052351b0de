import { fetch } from "undici";
import type { Houston } from "../services/houston";
import { SandboxError } from "../progress";
import { uuidOf } from "../standins/houston/resolvers";

/** Environment variables that are already set in the Software UI. They must survive whatever the stack does. */
export const existingVariables = [
    { key: "COMPANY_TEAM", value: "data-platform", isSecret: false },
    { key: "COMPANY_SMTP_PASSWORD", value: "the company's own: $ecret, #1", isSecret: true },
] as const;

/** Sets them if the Deployment has no environment variables yet. */
export async function setExistingVariables(houston: Houston, releaseName: string): Promise<void> {
    const ids = { deploymentUuid: uuidOf(releaseName), releaseName };
    const { deploymentVariables } = await houstonRequest(
        houston,
        `query ($deploymentUuid: Uuid!, $releaseName: String!) {
            deploymentVariables(deploymentUuid: $deploymentUuid, releaseName: $releaseName) { key }
        }`,
        ids,
    );
    if ((deploymentVariables as unknown[]).length === 0) {
        await writeVariables(houston, releaseName, existingVariables);
    }
}

/** Replaces all environment variables of a Deployment, as the Software UI does. */
export async function writeVariables(
    houston: Houston,
    releaseName: string,
    environmentVariables: readonly object[],
): Promise<void> {
    await houstonRequest(
        houston,
        `mutation ($deploymentUuid: Uuid!, $releaseName: String!, $environmentVariables: [InputEnvironmentVariable!]!) {
            updateDeploymentVariables(
                deploymentUuid: $deploymentUuid
                releaseName: $releaseName
                environmentVariables: $environmentVariables
            ) { key }
        }`,
        { deploymentUuid: uuidOf(releaseName), releaseName, environmentVariables },
    );
}

/** Deletes a Deployment in Astronomer, as the Software UI does. It exists again after the sandbox has restarted. */
export async function deleteDeployment(houston: Houston, releaseName: string): Promise<void> {
    const mutation = "mutation ($deploymentUuid: Uuid!) { deleteDeployment(deploymentUuid: $deploymentUuid) { id } }";
    await houstonRequest(houston, mutation, { deploymentUuid: uuidOf(releaseName) });
}

/**
 * Calls Houston with the API key of a Workspace Editor.
 *
 * @throws SandboxError if the answer has errors or no data
 */
async function houstonRequest(
    { url, keys }: Houston,
    query: string,
    variables: object,
): Promise<Record<string, unknown>> {
    const response = await fetch(url, {
        method: "POST",
        headers: { authorization: keys.editor, "content-type": "application/json" },
        body: JSON.stringify({ query, variables }),
    });
    const { data, errors } = (await response.json()) as {
        data?: Record<string, unknown> | null;
        errors?: { message: string }[];
    };
    if (data === undefined || data === null || errors !== undefined) {
        throw new SandboxError(
            `the stand-in for Houston answers: ${errors?.map(({ message }) => message).join("; ") ?? response.status}`,
        );
    }
    return data;
}
