import type { BridgedType } from "../bridge/schema";
import { doing, secretManager, unlessGone } from "./clients";

/** The plugin puts it on whatever can have labels. */
const MARK = { "goog-pulumi-provisioned": "true" };

interface Live {
    readonly name: string;
    readonly createTime: string;
}

/** `gcp:secretmanager/secret:Secret`, with automatic replication */
export const secret: BridgedType = {
    properties: {
        annotations: { input: "optional", form: "map" },
        createTime: { computed: true },
        deletionPolicy: { input: "optional", unset: "DELETE" },
        deletionProtection: { input: "optional", unset: false },
        effectiveAnnotations: { computed: true, form: "map" },
        effectiveLabels: { unset: MARK, form: "map" },
        expireTime: { input: "optional", computed: true },
        labels: { input: "optional", form: "map" },
        name: { computed: true },
        project: { input: "optional", computed: true, replaces: true },
        pulumiLabels: { unset: MARK, form: "map" },
        replication: {
            input: "required",
            replaces: true,
            parts: { auto: { parts: { customerManagedEncryption: {} } }, userManaged: {} },
        },
        rotation: { input: "optional" },
        secretId: { input: "required", replaces: "delete first" },
        tags: { input: "optional", replaces: true, form: "map" },
        topics: { input: "optional", unset: [] },
        ttl: { input: "optional" },
        versionAliases: { input: "optional", form: "map" },
        versionDestroyTtl: { input: "optional" },
    },
    notes: { minutes: { create: 20, delete: 20, update: 20 } },
    async create(inputs) {
        const { project, secretId } = inputs as Record<string, string>;
        const secrets = `projects/${project ?? ""}/secrets`;
        const body = { replication: { automatic: {} }, labels: MARK };
        const made = await doing(
            "Error creating Secret",
            secretManager<Live>("POST", `${secrets}?secretId=${secretId ?? ""}`, body),
        );
        return { id: `${secrets}/${secretId ?? ""}`, outputs: { ...inputs, ...outputsOf(made) } };
    },
    async read(id, held) {
        const what = `Error when reading or editing SecretManagerSecret ${JSON.stringify(id)}`;
        const found = await doing(what, unlessGone(secretManager<Live>("GET", id)));
        return found === undefined
            ? undefined
            : { ...held, ...outputsOf(found), annotations: {}, labels: {}, versionAliases: {} };
    },
    /** What the program says of a secret beside its name is kept in the state alone. */
    update: (_id, inputs, held) => Promise.resolve({ ...held, ...inputs }),
    async delete(id) {
        await doing("Error when reading or editing Secret", unlessGone(secretManager("DELETE", id)));
    },
};

function outputsOf({ name, createTime }: Live) {
    return { name, createTime, effectiveAnnotations: {}, expireTime: "", versionDestroyTtl: "" };
}
