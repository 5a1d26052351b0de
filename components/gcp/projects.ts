import { getProject } from "@pulumi/gcp/organizations/getProject";
import * as pulumi from "@pulumi/pulumi";

/**
 * The numbers of Google projects by their ids, each asked for once.
 *
 * @throws RunError for a project that is not there, or that whoever runs Pulumi may not see
 */
export async function findGcpProjects(ids: readonly string[]): Promise<Map<string, string>> {
    const found = [...new Set(ids)].map(async (projectId) => {
        try {
            return [projectId, (await getProject({ projectId })).number] as const;
        } catch (error) {
            throw new pulumi.RunError(
                `Cannot look at Google project "${projectId}": ${error instanceof Error ? error.message : String(error)}. ` +
                    "Nothing was changed. Check the id, and that Pulumi's Google login (gcloud auth application-default " +
                    "login, or GOOGLE_APPLICATION_CREDENTIALS) may get the project.",
            );
        }
    });
    return new Map(await Promise.all(found));
}
