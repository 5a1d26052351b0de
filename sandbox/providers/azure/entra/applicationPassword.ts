import type { Properties } from "../../../../provider/resourceType";
import type { BridgedType } from "../../bridge/schema";
import { objectIdIn } from "./application";
import { withErrorPrefix } from "../../withErrorPrefix";
import { graph, graphIfFound } from "./graphCalls";

interface Password {
    readonly keyId: string;
    readonly displayName: string | null;
    readonly startDateTime: string;
    readonly endDateTime: string;
    readonly secretText: string | null;
}

/** `azuread:index/applicationPassword:ApplicationPassword` */
export const applicationPassword: BridgedType = {
    properties: {
        applicationId: { input: "required", replaces: true },
        displayName: { input: "optional", computed: true, replaces: true },
        endDate: { input: "optional", computed: true, replaces: true },
        endDateRelative: { input: "optional", replaces: true },
        keyId: { computed: true },
        rotateWhenChanged: { input: "optional", replaces: true, form: "map" },
        startDate: { input: "optional", computed: true, replaces: true },
        value: { computed: true, secret: true },
    },
    meta: { timeoutMinutes: { create: 15, delete: 5, read: 5, update: 5 }, schemaVersion: 1 },
    async create(inputs) {
        const { displayName, endDate, startDate } = inputs;
        const applicationId = String(inputs.applicationId);
        const body = { passwordCredential: { displayName, endDateTime: endDate, startDateTime: startDate } };
        const created = await withErrorPrefix(
            `Adding password for Application (Application: "${objectIdIn(applicationId)}"): `,
            graph({ method: "POST", path: `${applicationId}/addPassword`, body }),
        );
        const { secretText: value, ...password } = created as unknown as Password;
        const id = `${objectIdIn(applicationId)}/password/${password.keyId}`;
        return { id, outputs: { ...inputs, ...toOutputs(applicationId, password), value } };
    },
    async read(id, { endDateRelative, rotateWhenChanged, value }) {
        const { application, keyId } = parseId(id);
        const path = `/applications/${application}`;
        const found = (await graphIfFound({ method: "GET", path })) as unknown as
            { passwordCredentials: Password[] } | undefined;
        const password = found?.passwordCredentials.find((each) => each.keyId === keyId);
        // Graph returns the secret only once, on creation: `value` stays as in the state.
        return password === undefined
            ? undefined
            : { ...toOutputs(path, password), endDateRelative, rotateWhenChanged, value };
    },
    async delete(id) {
        const { application, keyId } = parseId(id);
        await withErrorPrefix(
            `Removing password credential "${keyId}" from Application (Application: "${application}"): `,
            graph({ method: "POST", path: `/applications/${application}/removePassword`, body: { keyId } }),
        );
    },
};

function parseId(id: string): { application: string; keyId: string } {
    const [application = "", , keyId = ""] = id.split("/");
    return { application, keyId };
}

function toOutputs(applicationId: string, password: Omit<Password, "secretText">): Properties {
    const { keyId, displayName, startDateTime, endDateTime } = password;
    return { applicationId, keyId, displayName: displayName ?? "", startDate: startDateTime, endDate: endDateTime };
}
