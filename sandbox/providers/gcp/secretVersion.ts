import type { Properties } from "../../../provider/resourceType";
import type { BridgedType } from "../bridge/schema";
import { googleErrorOf, ignoreNotFound, secretManager, withErrorPrefix } from "./clients";

interface LiveVersion {
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
    meta: { timeoutMinutes: { create: 20, delete: 20, update: 20 } },
    async create(inputs) {
        const payload = { data: Buffer.from(String(inputs.secretData)).toString("base64") };
        const request = secretManager<LiveVersion>("POST", `${String(inputs.secret)}:addVersion`, { payload });
        const created = await withErrorPrefix("Error creating SecretVersion", request);
        if (inputs.enabled === true) {
            await withErrorPrefix("Error creating SecretVersion", secretManager("POST", `${created.name}:enable`, {}));
        }
        return { id: created.name, outputs: { ...inputs, ...outputsOf(created) } };
    },
    async read(id, state) {
        const errorPrefix = `Error when reading or editing SecretManagerSecretVersion ${JSON.stringify(id)}`;
        const found = await withErrorPrefix(errorPrefix, ignoreNotFound(secretManager<LiveVersion>("GET", id)));
        if (found === undefined || found.state === "DESTROYED") {
            return undefined;
        }
        const { payload } = await withErrorPrefix(
            errorPrefix,
            secretManager<{ payload: { data: string } }>("GET", `${id}:access`),
        );
        const secretData = Buffer.from(payload.data, "base64").toString("utf8");
        return { ...state, ...outputsOf(found), enabled: found.state === "ENABLED", secretData };
    },
    async delete(id) {
        try {
            await ignoreNotFound(secretManager("POST", `${id}:destroy`, {}));
        } catch (error) {
            // Ignores that the version is already destroyed.
            if (googleErrorOf(error)?.status !== "FAILED_PRECONDITION") {
                await withErrorPrefix("Error when reading or editing SecretVersion", Promise.reject(error as Error));
            }
        }
    },
};

function outputsOf({ name, createTime, destroyTime = "" }: LiveVersion): Properties {
    const version = name.split("/").at(-1);
    return { name, version, createTime, destroyTime, deletionPolicy: "DELETE", isSecretDataBase64: false };
}
