import type { Properties } from "../../../provider/resourceType";
import type { BridgedType } from "../bridge/schema";
import { doing } from "../doing";
import { vault, vaultIfThere } from "./client";

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
    /** One that is gone is read as one that allows nothing. */
    async read(id, { namespace }) {
        const found = await vaultIfThere({ method: "GET", path: path(id), namespace });
        return { name: id, namespace, policy: found?.policy ?? "" };
    },
    async update(_id, inputs) {
        await write(inputs);
        return inputs;
    },
    async delete(id, { namespace }) {
        await doing("error deleting from Vault: ", vault({ method: "DELETE", path: path(id), namespace }));
    },
};

async function write({ name, namespace, policy: text }: Properties): Promise<void> {
    const request = { method: "PUT", path: path(name), namespace, body: { policy: text } } as const;
    await doing("error writing to Vault: ", vault(request));
}
