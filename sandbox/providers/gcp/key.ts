import type { ResourceType } from "../../../provider/resourceType";
import { serviceAccounts, unlessGone } from "./clients";

const { keys } = serviceAccounts;

/** `gcp:serviceaccount/key:Key` */
export const key: ResourceType = {
    inputs: ["serviceAccountId", "keyAlgorithm", "privateKeyType", "publicKeyType"],
    required: ["serviceAccountId"],
    replaceOn: ["serviceAccountId", "keyAlgorithm", "privateKeyType"],
    computed: ["name", "privateKey", "publicKey", "validAfter", "validBefore"],
    secrets: ["privateKey"],
    check: (inputs) => ({
        keyAlgorithm: "KEY_ALG_RSA_2048",
        privateKeyType: "TYPE_GOOGLE_CREDENTIALS_FILE",
        publicKeyType: "TYPE_X509_PEM_FILE",
        ...inputs,
    }),
    async create(inputs) {
        const { serviceAccountId, keyAlgorithm, privateKeyType } = inputs as Record<string, string>;
        const { data } = await keys.create({
            name: serviceAccountId ?? "",
            requestBody: { keyAlgorithm: keyAlgorithm ?? "", privateKeyType: privateKeyType ?? "" },
        });
        const { name, privateKeyData, publicKeyData, validAfterTime, validBeforeTime } = data;
        const outputs = { name, privateKey: privateKeyData, publicKey: publicKeyData };
        return {
            id: String(name),
            outputs: { ...inputs, ...outputs, validAfter: validAfterTime, validBefore: validBeforeTime },
        };
    },
    async read(id, inputs, outputs) {
        const found = await unlessGone(keys.get({ name: id }));
        // The private half is told once, when the key is made.
        return found === undefined ? undefined : { id, inputs, outputs };
    },
    async delete(id) {
        await unlessGone(keys.delete({ name: id }));
    },
};
