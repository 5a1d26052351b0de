import type { Properties, ResourceType } from "../../../provider/resourceType";
import { serviceAccounts, unlessGone } from "./clients";

/** `gcp:serviceaccount/account:Account` */
export const account: ResourceType = {
    inputs: ["accountId", "project", "displayName", "description"],
    required: ["accountId", "project"],
    replaceOn: ["accountId", "project"],
    computed: ["email", "member", "name", "uniqueId"],
    secrets: [],
    async create(inputs) {
        const { accountId, project, displayName, description } = inputs as Record<string, string>;
        const { data } = await serviceAccounts.create({
            name: `projects/${project ?? ""}`,
            requestBody: { accountId: accountId ?? "", serviceAccount: texts(displayName, description) },
        });
        return { id: String(data.name), outputs: { ...inputs, ...identifiers(data) } };
    },
    async read(id, inputs) {
        const found = await unlessGone(serviceAccounts.get({ name: id }));
        if (found === undefined) {
            return undefined;
        }
        const { displayName, description } = found.data;
        const live = { accountId: inputs.accountId, project: inputs.project, ...texts(displayName, description) };
        return { id, inputs: live, outputs: { ...live, ...identifiers(found.data) } };
    },
    async update(id, inputs, outputs) {
        const { displayName = "", description = "" } = inputs as Partial<Record<string, string>>;
        await serviceAccounts.patch({
            name: id,
            requestBody: { serviceAccount: { displayName, description }, updateMask: "displayName,description" },
        });
        return { ...outputs, ...inputs };
    },
    async delete(id) {
        await unlessGone(serviceAccounts.delete({ name: id }));
    },
};

/** Google gives an empty text for what was not said. */
function texts(
    displayName?: string | null,
    description?: string | null,
): { displayName?: string; description?: string } {
    return { ...(displayName ? { displayName } : {}), ...(description ? { description } : {}) };
}

function identifiers(data: { email?: string | null; name?: string | null; uniqueId?: string | null }): Properties {
    const { email, name, uniqueId } = data;
    return { email, member: `serviceAccount:${email ?? ""}`, name, uniqueId };
}
