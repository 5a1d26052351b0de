import type { ResourceType } from "../../../provider/resourceType";
import { secretManager, unlessGone } from "./clients";

/** `gcp:secretmanager/secret:Secret`, with automatic replication */
export const secret: ResourceType = {
    inputs: ["secretId", "project", "replication", "deletionProtection"],
    required: ["secretId", "project", "replication"],
    replaceOn: ["secretId", "project", "replication"],
    computed: ["name"],
    secrets: [],
    check: (inputs) => ({ deletionProtection: false, ...inputs }),
    async create(inputs) {
        const { project, secretId } = inputs as Record<string, string>;
        const parent = `projects/${project ?? ""}`;
        const request = { parent, secretId: secretId ?? "", secret: { replication: { automatic: {} } } };
        const [made] = await secretManager.createSecret(request);
        return { id: `${parent}/secrets/${secretId ?? ""}`, outputs: { ...inputs, name: made.name } };
    },
    async read(id, inputs, outputs) {
        const found = await unlessGone(secretManager.getSecret({ name: id }));
        return found === undefined ? undefined : { id, inputs, outputs: { ...outputs, name: found[0].name } };
    },
    update: (_id, inputs, outputs) => Promise.resolve({ ...outputs, ...inputs }),
    async delete(id) {
        await unlessGone(secretManager.deleteSecret({ name: id }));
    },
};
