import type { Properties } from "../../../provider/resourceType";
import type { BridgedType } from "../bridge/schema";
import { ignoreNotFound, serviceAccounts, withErrorPrefix } from "./clients";

/** `gcp:serviceaccount/account:Account` */
export const account: BridgedType = {
    properties: {
        accountId: { input: "required", replaces: true },
        createIgnoreAlreadyExists: { input: "optional" },
        deletionPolicy: { input: "optional", unset: "DELETE" },
        description: { input: "optional" },
        disabled: { input: "optional", unset: false },
        displayName: { input: "optional" },
        email: { computed: true },
        member: { computed: true },
        name: { computed: true },
        project: { input: "optional", computed: true, replaces: true },
        uniqueId: { computed: true },
    },
    meta: { timeoutMinutes: { create: 5 } },
    predictOutputs({ accountId, project }) {
        return typeof accountId === "string" && typeof project === "string"
            ? emailOutputs(`${accountId}@${project}.iam.gserviceaccount.com`)
            : {};
    },
    async create(inputs) {
        const { accountId = "", project = "", ...texts } = inputs as Partial<Record<string, string>>;
        const { displayName = null, description = null } = texts;
        const request = {
            name: `projects/${project}`,
            requestBody: { accountId, serviceAccount: { displayName, description } },
        };
        const { data } = await withErrorPrefix("Error creating service account", serviceAccounts.create(request));
        return { id: String(data.name), outputs: { ...inputs, ...outputsOf(data) } };
    },
    async read(id, state) {
        const found = await withErrorPrefix(`Error reading Service Account ${JSON.stringify(id)}`, getAccount(id));
        return found === undefined
            ? undefined
            : { ...state, ...outputsOf(found.data), accountId: accountIdOf(found.data) };
    },
    async update(id, inputs, state) {
        const { displayName = "", description = "" } = inputs as Partial<Record<string, string>>;
        const requestBody = { serviceAccount: { displayName, description }, updateMask: "displayName,description" };
        await withErrorPrefix(
            `Error updating service account ${JSON.stringify(id)}`,
            serviceAccounts.patch({ name: id, requestBody }),
        );
        return { ...state, ...inputs };
    },
    async delete(id) {
        await withErrorPrefix(
            `Error deleting service account ${JSON.stringify(id)}`,
            ignoreNotFound(serviceAccounts.delete({ name: id })),
        );
    },
};

interface LiveAccount {
    readonly email?: string | null;
    readonly name?: string | null;
    readonly uniqueId?: string | null;
    readonly projectId?: string | null;
    readonly displayName?: string | null;
    readonly description?: string | null;
    readonly disabled?: boolean | null;
}

const getAccount = (name: string) => ignoreNotFound(serviceAccounts.get({ name }));

const accountIdOf = ({ email }: LiveAccount): string => (email ?? "").split("@")[0] ?? "";

const emailOutputs = (email: string): Properties => ({ email, member: `serviceAccount:${email}` });

function outputsOf({ email, name, uniqueId, projectId, displayName, description, disabled }: LiveAccount): Properties {
    const texts = { displayName: displayName ?? "", description: description ?? "" };
    return { ...emailOutputs(email ?? ""), name, uniqueId, project: projectId, ...texts, disabled: disabled ?? false };
}
