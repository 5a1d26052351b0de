import type { ResourceType } from "../../../provider/resourceType";
import { codeOf, secretManager, unlessGone } from "./clients";

/** gRPC's status of what is destroyed already. */
const FAILED_PRECONDITION = 9;

/** `gcp:secretmanager/secretVersion:SecretVersion` */
export const secretVersion: ResourceType = {
    inputs: ["secret", "secretData", "enabled", "deletionPolicy", "isSecretDataBase64"],
    required: ["secret", "secretData"],
    replaceOn: ["secret", "secretData"],
    computed: ["name", "version"],
    secrets: ["secretData"],
    check: (inputs) => ({ enabled: true, deletionPolicy: "DELETE", isSecretDataBase64: false, ...inputs }),
    async create(inputs) {
        const payload = { data: Buffer.from(String(inputs.secretData)) };
        const [made] = await secretManager.addSecretVersion({ parent: String(inputs.secret), payload });
        const name = String(made.name);
        return { id: name, outputs: { ...inputs, name, version: name.split("/").at(-1) } };
    },
    async read(id, inputs, outputs) {
        const found = await unlessGone(secretManager.getSecretVersion({ name: id }));
        if (found === undefined || found[0].state === "DESTROYED") {
            return undefined;
        }
        const [{ payload }] = await secretManager.accessSecretVersion({ name: id });
        const live = { ...inputs, secretData: Buffer.from(payload?.data ?? "").toString("utf8") };
        return { id, inputs: live, outputs: { ...outputs, ...live } };
    },
    async delete(id) {
        try {
            await unlessGone(secretManager.destroySecretVersion({ name: id }));
        } catch (error) {
            if (codeOf(error) !== FAILED_PRECONDITION) {
                throw error;
            }
        }
    },
};
