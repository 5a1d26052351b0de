import type { Properties } from "../../../provider/resourceType";
import type { BridgedType } from "../bridge/schema";
import { doing, refusalOf, secretManager, unlessGone } from "./clients";

interface Live {
    readonly name: string;
    readonly createTime: string;
    readonly destroyTime?: string;
    readonly state: "ENABLED" | "DISABLED" | "DESTROYED";
}

/** `gcp:secretmanager/secretVersion:SecretVersion` */
export const secretVersion: BridgedType = {
    properties: {
        createTime: { computed: true },
        deletionPolicy: { input: "optional", computed: true },
        destroyTime: { computed: true },
        enabled: { input: "optional", default: true },
        isSecretDataBase64: { input: "optional", replaces: true },
        name: { computed: true },
        project: { computed: true, replaces: true },
        secret: { input: "required", replaces: true },
        secretData: { input: "optional", secret: true, replaces: true },
        secretDataWo: { input: "optional" },
        secretDataWoVersion: { input: "optional", unset: 0, replaces: true },
        version: { computed: true },
    },
    notes: { minutes: { create: 20, delete: 20, update: 20 } },
    async create(inputs) {
        const payload = { data: Buffer.from(String(inputs.secretData)).toString("base64") };
        const request = secretManager<Live>("POST", `${String(inputs.secret)}:addVersion`, { payload });
        const made = await doing("Error creating SecretVersion", request);
        if (inputs.enabled === true) {
            await doing("Error creating SecretVersion", secretManager("POST", `${made.name}:enable`, {}));
        }
        return { id: made.name, outputs: { ...inputs, ...outputsOf(made) } };
    },
    async read(id, held) {
        const what = `Error when reading or editing SecretManagerSecretVersion ${JSON.stringify(id)}`;
        const found = await doing(what, unlessGone(secretManager<Live>("GET", id)));
        if (found === undefined || found.state === "DESTROYED") {
            return undefined;
        }
        const { payload } = await doing(what, secretManager<{ payload: { data: string } }>("GET", `${id}:access`));
        const secretData = Buffer.from(payload.data, "base64").toString("utf8");
        return { ...held, ...outputsOf(found), enabled: found.state === "ENABLED", secretData };
    },
    async delete(id) {
        try {
            await unlessGone(secretManager("POST", `${id}:destroy`, {}));
        } catch (error) {
            // It is destroyed already.
            if (refusalOf(error)?.status !== "FAILED_PRECONDITION") {
                await doing("Error when reading or editing SecretVersion", Promise.reject(error as Error));
            }
        }
    },
};

function outputsOf({ name, createTime, destroyTime = "" }: Live): Properties {
    const version = name.split("/").at(-1);
    return { name, version, createTime, destroyTime, deletionPolicy: "DELETE", isSecretDataBase64: false };
}
