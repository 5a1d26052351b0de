import { getProject } from "@pulumi/gcp/organizations/getProject";
import * as pulumi from "@pulumi/pulumi";

/**
 * Returns the numbers of Google Cloud projects by id. Each project is read once.
 *
 * @throws RunError if a project does not exist, or if Pulumi's login may not read it
 */
export async function findGcpProjects(ids: readonly string[]): Promise<Map<string, string>> {
    const found = [...new Set(ids)].map(async (projectId) => {
        try {
            return [projectId, (await getProject({ projectId })).number] as const;
        } catch (error) {
            throw new pulumi.RunError(
                `Cannot read Google Cloud project "${projectId}": ` +
                    `${error instanceof Error ? error.message : String(error)}. Nothing was changed. Check the id, ` +
                    "and that Pulumi's Google Cloud login (gcloud auth application-default login, or " +
                    "GOOGLE_APPLICATION_CREDENTIALS) may get the project.",
            );
        }
    });
    return new Map(await Promise.all(found));
}
