import { fetch } from "undici";
import type { Houston } from "../services/houston";
import { SandboxError } from "../progress";
import { uuidOf } from "../standins/houston/resolvers";

/** What the company has set in the Software UI: it has to survive whatever the stack does. */
export const companyVariables = [
    { key: "COMPANY_TEAM", value: "data-platform", isSecret: false },
    { key: "COMPANY_SMTP_PASSWORD", value: "the company's own: $ecret, #1", isSecret: true },
] as const;

/** Sets them, where a Deployment has no variables yet. */
export async function setCompanyVariables(houston: Houston, releaseName: string): Promise<void> {
    const place = { deploymentUuid: uuidOf(releaseName), releaseName };
    const { deploymentVariables } = await houstonRequest(
        houston,
        `query ($deploymentUuid: Uuid!, $releaseName: String!) {
            deploymentVariables(deploymentUuid: $deploymentUuid, releaseName: $releaseName) { key }
        }`,
        place,
    );
    if ((deploymentVariables as unknown[]).length === 0) {
        await writeVariables(houston, releaseName, companyVariables);
    }
}

/** Writes a Deployment's whole set, as the Software UI does. */
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

/** A call with the key of an editor. */
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
