import type { FunctionType } from "../../../provider/resourceType";
import { call, doing, projects, refusalOf } from "./clients";

/** `gcp:organizations/getProject:getProject`. It looks at the project's billing too, for an output that nobody uses here. */
export const getProject: FunctionType = {
    inputs: ["projectId"],
    async call({ projectId }) {
        const id = String(projectId);
        const { data } = await projects.get({ projectId: id }).catch((error: unknown) => {
            if ([403, 404].includes(refusalOf(error)?.code ?? 0)) {
                const what = `the user does not have permission to access Project ${JSON.stringify(id)}`;
                throw new Error(`${what} or it may not exist`);
            }
            throw error;
        });
        const billing = call<{ billingAccountName?: string }>(
            "GET",
            "cloudbilling.googleapis.com",
            `projects/${id}/billingInfo`,
        );
        const what = `Error reading billing account for project ${JSON.stringify(`projects/${id}`)}`;
        const account = (await doing(what, billing)).billingAccountName?.replace("billingAccounts/", "") ?? "";
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
