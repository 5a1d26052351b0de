import type { BridgedType } from "../bridge/schema";
import { ignoreNotFound, serviceAccounts, withErrorPrefix } from "./clients";

const { keys } = serviceAccounts;

/** `gcp:serviceaccount/key:Key` */
export const key: BridgedType = {
    properties: {
        deletionPolicy: { input: "optional", unset: "DELETE" },
        keepers: { input: "optional", replaces: true, form: "map" },
        keyAlgorithm: { input: "optional", default: "KEY_ALG_RSA_2048", replaces: true },
        name: { computed: true, replaces: true },
        privateKey: { computed: true, secret: true },
        privateKeyType: { input: "optional", default: "TYPE_GOOGLE_CREDENTIALS_FILE", replaces: true },
        publicKey: { computed: true, replaces: true },
        publicKeyData: { input: "optional", replaces: true },
        publicKeyType: { input: "optional", default: "TYPE_X509_PEM_FILE", replaces: true },
        serviceAccountId: { input: "required", replaces: true },
        validAfter: { computed: true },
        validBefore: { computed: true },
    },
    async create(inputs) {
        const { serviceAccountId = "", keyAlgorithm = "", privateKeyType = "" } = inputs as Record<string, string>;
        const requestBody = { keyAlgorithm, privateKeyType };
        const { data } = await withErrorPrefix(
            "Error creating service account key",
            keys.create({ name: serviceAccountId, requestBody }),
        );
        const { name, privateKeyData: privateKey, publicKeyData: publicKey, validAfterTime, validBeforeTime } = data;
        const times = { validAfter: validAfterTime, validBefore: validBeforeTime };
        return { id: String(name), outputs: { ...inputs, name, privateKey, publicKey, ...times } };
    },
    /** Google returns the private key only once, on creation: the outputs stay as in the state. */
    async read(id, state) {
        const errorPrefix = `Error reading Service Account Key ${JSON.stringify(id)}`;
        const found = await withErrorPrefix(errorPrefix, ignoreNotFound(keys.get({ name: id })));
        return found === undefined ? undefined : state;
    },
    async delete(id) {
        await withErrorPrefix(
            `Error deleting Service Account Key ${JSON.stringify(id)}`,
            ignoreNotFound(keys.delete({ name: id })),
        );
    },
};
