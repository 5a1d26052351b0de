import type { Properties } from "../../../../provider/resourceType";
import type { BridgedType } from "../../bridge/schema";
import { objectIdIn } from "./application";
import { doing } from "../../doing";
import { graph, graphIfThere } from "./graphCalls";

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
    notes: { minutes: { create: 15, delete: 5, read: 5, update: 5 }, schemaVersion: 1 },
    async create(inputs) {
        const { displayName, endDate, startDate } = inputs;
        const applicationId = String(inputs.applicationId);
        const body = { passwordCredential: { displayName, endDateTime: endDate, startDateTime: startDate } };
        const made = await doing(
            `Adding password for Application (Application: "${objectIdIn(applicationId)}"): `,
            graph({ method: "POST", path: `${applicationId}/addPassword`, body }),
        );
        const { secretText: value, ...password } = made as unknown as Password;
        const id = `${objectIdIn(applicationId)}/password/${password.keyId}`;
        return { id, outputs: { ...inputs, ...shown(applicationId, password), value } };
    },
    async read(id, { endDateRelative, rotateWhenChanged, value }) {
        const { application, keyId } = partsOf(id);
        const path = `/applications/${application}`;
        const found = (await graphIfThere({ method: "GET", path })) as unknown as
            { passwordCredentials: Password[] } | undefined;
        const password = found?.passwordCredentials.find((each) => each.keyId === keyId);
        // The secret itself is told once, when it is made.
        return password === undefined
            ? undefined
            : { ...shown(path, password), endDateRelative, rotateWhenChanged, value };
    },
    async delete(id) {
        const { application, keyId } = partsOf(id);
        await doing(
            `Removing password credential "${keyId}" from Application (Application: "${application}"): `,
            graph({ method: "POST", path: `/applications/${application}/removePassword`, body: { keyId } }),
        );
    },
};

function partsOf(id: string): { application: string; keyId: string } {
    const [application = "", , keyId = ""] = id.split("/");
    return { application, keyId };
}

function shown(applicationId: string, password: Omit<Password, "secretText">): Properties {
    const { keyId, displayName, startDateTime, endDateTime } = password;
    return { applicationId, keyId, displayName: displayName ?? "", startDate: startDateTime, endDate: endDateTime };
}
