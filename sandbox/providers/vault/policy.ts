import type { Properties } from "../../../provider/resourceType";
import type { BridgedType } from "../bridge/schema";
import { withErrorPrefix } from "../withErrorPrefix";
import { vault, vaultIfFound } from "./client";

const path = (name: unknown): string => `sys/policies/acl/${String(name)}`;

/** `vault:index/policy:Policy` */
export const policy: BridgedType = {
    properties: {
        name: { input: "required", replaces: true },
        namespace: { input: "optional", replaces: true },
        policy: { input: "required" },
    },
    async create(inputs) {
        await write(inputs);
        return { id: String(inputs.name), outputs: inputs };
    },
    /** Reads a deleted policy as an empty one, which allows nothing. */
    async read(id, { namespace }) {
        const found = await vaultIfFound({ method: "GET", path: path(id), namespace });
        return { name: id, namespace, policy: found?.policy ?? "" };
    },
    async update(_id, inputs) {
        await write(inputs);
        return inputs;
    },
    async delete(id, { namespace }) {
        await withErrorPrefix("error deleting from Vault: ", vault({ method: "DELETE", path: path(id), namespace }));
    },
};

async function write({ name, namespace, policy: text }: Properties): Promise<void> {
    const request = { method: "PUT", path: path(name), namespace, body: { policy: text } } as const;
    await withErrorPrefix("error writing to Vault: ", vault(request));
}
