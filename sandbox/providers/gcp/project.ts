import type { FunctionType } from "../../../provider/resourceType";
import { projects } from "./clients";

/** `gcp:organizations/getProject:getProject` */
export const getProject: FunctionType = {
    inputs: ["projectId"],
    async call({ projectId }) {
        const { data } = await projects.get({ projectId: String(projectId) });
        return {
            id: `projects/${String(projectId)}`,
            projectId: data.projectId,
            name: data.name,
            number: data.projectNumber,
        };
    },
};
