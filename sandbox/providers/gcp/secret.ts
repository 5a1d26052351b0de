import type { Properties } from "../../../provider/resourceType";
import type { BridgedType } from "../bridge/schema";
import { ignoreNotFound, secretManager, withErrorPrefix } from "./clients";

/** The labels that the plugin adds to every resource that supports labels. */
const PULUMI_LABELS = { "goog-pulumi-provisioned": "true" };

interface LiveSecret {
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
        effectiveLabels: { unset: PULUMI_LABELS, form: "map" },
        expireTime: { input: "optional", computed: true },
        labels: { input: "optional", form: "map" },
        name: { computed: true },
        project: { input: "optional", computed: true, replaces: true },
        pulumiLabels: { unset: PULUMI_LABELS, form: "map" },
        replication: {
            input: "required",
            replaces: true,
            fields: { auto: { fields: { customerManagedEncryption: {} } }, userManaged: {} },
        },
        rotation: { input: "optional" },
        secretId: { input: "required", replaces: "delete first" },
        tags: { input: "optional", replaces: true, form: "map" },
        topics: { input: "optional", unset: [] },
        ttl: { input: "optional" },
        versionAliases: { input: "optional", form: "map" },
        versionDestroyTtl: { input: "optional" },
    },
    meta: { timeoutMinutes: { create: 20, delete: 20, update: 20 } },
    async create(inputs) {
        const { project, secretId } = inputs as Record<string, string>;
        const secrets = `projects/${project ?? ""}/secrets`;
        const body = { replication: { automatic: {} }, labels: PULUMI_LABELS };
        const created = await withErrorPrefix(
            "Error creating Secret",
            secretManager<LiveSecret>("POST", `${secrets}?secretId=${secretId ?? ""}`, body),
        );
        return { id: `${secrets}/${secretId ?? ""}`, outputs: { ...inputs, ...outputsOf(created) } };
    },
    async read(id, state) {
        const errorPrefix = `Error when reading or editing SecretManagerSecret ${JSON.stringify(id)}`;
        const found = await withErrorPrefix(errorPrefix, ignoreNotFound(secretManager<LiveSecret>("GET", id)));
        return found === undefined
            ? undefined
            : { ...inputsIn(id), ...state, ...outputsOf(found), annotations: {}, labels: {}, versionAliases: {} };
    },
    /** Makes no call: inputs that can be updated are kept in the state only. */
    update: (_id, inputs, state) => Promise.resolve({ ...state, ...inputs }),
    async delete(id) {
        await withErrorPrefix("Error when reading or editing Secret", ignoreNotFound(secretManager("DELETE", id)));
    },
};

/** Returns the inputs of an imported secret: those in its id, and the only replication that is supported here. */
function inputsIn(id: string): Properties {
    const [, project, , secretId] = id.split("/");
    return { project, secretId, replication: { auto: {} } };
}

function outputsOf({ name, createTime }: LiveSecret) {
    return { name, createTime, effectiveAnnotations: {}, expireTime: "", versionDestroyTtl: "" };
}
