import type { FunctionType } from "../../../provider/resourceType";
import { ignoreNotFound, secretManager, serviceAccounts, withErrorPrefix } from "./clients";
import type { LiveSecret } from "./secret";

/** `gcp:serviceaccount/getAccount:getAccount` */
export const getAccount: FunctionType = {
    inputs: ["accountId", "project"],
    async call({ accountId, project }) {
        const name = `projects/${String(project)}/serviceAccounts/${String(accountId)}@${String(project)}.iam.gserviceaccount.com`;
        const { data } = await withErrorPrefix(
            `Error when reading or editing Service Account ${JSON.stringify(name)}`,
            serviceAccounts.get({ name }),
        );
        const { email, uniqueId, displayName } = data;
        return { id: name, name, accountId, project, email, uniqueId, displayName: displayName ?? "" };
    },
};

/** `gcp:secretmanager/getSecret:getSecret` */
export const getSecret: FunctionType = {
    inputs: ["project", "secretId"],
    async call({ project, secretId }) {
        const id = `projects/${String(project)}/secrets/${String(secretId)}`;
        const found = await ignoreNotFound(secretManager<LiveSecret>("GET", id));
        if (found === undefined) {
            throw new Error(`${id} not found`);
        }
        const { name, createTime, annotations = {} } = found;
        return { id, project, secretId, name, createTime, annotations, effectiveAnnotations: annotations };
    },
};
