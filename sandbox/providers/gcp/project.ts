import type { FunctionType } from "../../../provider/resourceType";
import { call, googleErrorOf, projects, withErrorPrefix } from "./clients";

/**
 * `gcp:organizations/getProject:getProject`. It also reads the billing account, for an output that nothing here uses.
 */
export const getProject: FunctionType = {
    inputs: ["projectId"],
    async call({ projectId }) {
        const id = String(projectId);
        const { data } = await projects.get({ projectId: id }).catch((error: unknown) => {
            if ([403, 404].includes(googleErrorOf(error)?.code ?? 0)) {
                const message = `the user does not have permission to access Project ${JSON.stringify(id)}`;
                throw new Error(`${message} or it may not exist`);
            }
            throw error;
        });
        const billing = call<{ billingAccountName?: string }>(
            "GET",
            "cloudbilling.googleapis.com",
            `projects/${id}/billingInfo`,
        );
        const errorPrefix = `Error reading billing account for project ${JSON.stringify(`projects/${id}`)}`;
        const account =
            (await withErrorPrefix(errorPrefix, billing)).billingAccountName?.replace("billingAccounts/", "") ?? "";
        return {
            id: `projects/${id}`,
            projectId: data.projectId,
            name: data.name,
            number: data.projectNumber,
            ...(account === "" ? {} : { billingAccount: account }),
            deletionPolicy: "PREVENT",
            labels: {},
            effectiveLabels: {},
            pulumiLabels: {},
        };
    },
};
