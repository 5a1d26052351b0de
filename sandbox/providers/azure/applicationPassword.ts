import type { ResourceType } from "../../../provider/resourceType";
import { azure, unlessGone } from "./clients";

interface Password {
    readonly keyId: string;
    readonly displayName: string | null;
    readonly startDateTime: string;
    readonly endDateTime: string;
    readonly secretText: string | null;
}

/** `azuread:index/applicationPassword:ApplicationPassword` */
export const applicationPassword: ResourceType = {
    inputs: ["applicationId", "displayName", "endDate"],
    required: ["applicationId"],
    replaceOn: ["applicationId", "displayName", "endDate"],
    computed: ["keyId", "startDate", "value"],
    secrets: ["value"],
    async create(inputs) {
        const { applicationId, displayName, endDate } = inputs;
        const made = (await azure()
            .graph.api(`${String(applicationId)}/addPassword`)
            .post({ passwordCredential: { displayName, endDateTime: endDate } })) as Password;
        const { keyId, startDateTime, secretText } = made;
        const id = `${String(applicationId).split("/").at(-1) ?? ""}/password/${keyId}`;
        return { id, outputs: { ...inputs, keyId, startDate: startDateTime, value: secretText } };
    },
    async read(id, inputs, outputs) {
        const [applicationId = "", , keyId = ""] = id.split("/");
        const found = (await unlessGone(azure().graph.api(`/applications/${applicationId}`).get())) as
            { passwordCredentials: Password[] } | undefined;
        const password = found?.passwordCredentials.find((each) => each.keyId === keyId);
        // The secret itself is told once, when it is made.
        return password === undefined ? undefined : { id, inputs, outputs };
    },
    async delete(id) {
        const [applicationId = "", , keyId = ""] = id.split("/");
        try {
            await unlessGone(azure().graph.api(`/applications/${applicationId}/removePassword`).post({ keyId }));
        } catch (error) {
            const isGone = error instanceof Error && error.message.includes("No password credential found");
            if (!isGone) {
                throw error;
            }
        }
    },
};
