import type { ResourceType } from "../../../provider/resourceType";
import { vault, vaultIfThere } from "./client";

const path = (name: unknown): string => `sys/policies/acl/${String(name)}`;

/** `vault:index/policy:Policy` */
export const policy: ResourceType = {
    inputs: ["name", "namespace", "policy"],
    required: ["name", "policy"],
    replaceOn: ["name", "namespace"],
    computed: [],
    secrets: [],
    async create(inputs) {
        await write(inputs);
        return { id: String(inputs.name), outputs: inputs };
    },
    async read(id, inputs) {
        const found = await vaultIfThere({ method: "GET", path: path(id), namespace: inputs.namespace });
        if (found === undefined) {
            return undefined;
        }
        const live = { ...inputs, name: id, policy: found.policy };
        return { id, inputs: live, outputs: live };
    },
    async update(_id, inputs) {
        await write(inputs);
        return inputs;
    },
    async delete(id, { namespace }) {
        await vault({ method: "DELETE", path: path(id), namespace });
    },
};

async function write({ name, namespace, policy: text }: Record<string, unknown>): Promise<void> {
    await vault({ method: "PUT", path: path(name), namespace, body: { policy: text } });
}
