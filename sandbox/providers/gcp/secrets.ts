import type { FunctionType } from "../../../provider/resourceType";
import { secretManager, withErrorPrefix } from "./clients";

/** `gcp:secretmanager/getSecrets:getSecrets`, with the outputs that the stack reads */
export const getSecrets: FunctionType = {
    inputs: ["project"],
    async call({ project }) {
        const id = `projects/${String(project)}/secrets`;
        const request = secretManager<{ secrets?: readonly { name: string }[] }>("GET", id);
        const errorPrefix = `Error when reading or editing SecretManagerSecrets ${JSON.stringify(id)}`;
        const { secrets = [] } = await withErrorPrefix(errorPrefix, request);
        return {
            id,
            project,
            secrets: secrets.map(({ name }) => ({ name, project, secretId: name.split("/").at(-1) })),
        };
    },
};
