import type { FunctionType } from "../../../provider/resourceType";
import { ignoreNotFound, secretManager, serviceAccounts, withErrorPrefix } from "./clients";

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
        const found = await ignoreNotFound(secretManager<{ name: string; createTime: string }>("GET", id));
        if (found === undefined) {
            throw new Error(`${id} not found`);
        }
        return { id, project, secretId, name: found.name, createTime: found.createTime };
    },
};

/** `gcp:secretmanager/getSecretVersionAccess:getSecretVersionAccess`: the latest version */
export const getSecretVersionAccess: FunctionType = {
    inputs: ["project", "secret"],
    secrets: ["secretData"],
    async call({ project, secret }) {
        const path = `projects/${String(project)}/secrets/${String(secret)}/versions/latest:access`;
        const { name, payload } = await withErrorPrefix(
            "error retrieving available secret manager secret version access",
            secretManager<{ name: string; payload: { data: string } }>("GET", path),
        );
        return { id: name, name, project, secret, secretData: Buffer.from(payload.data, "base64").toString("utf8") };
    },
};
