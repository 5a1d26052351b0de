import type { Properties } from "../../../provider/resourceType";
import type { BridgedType } from "../bridge/schema";
import { ignoreNotFound, secretManager, withErrorPrefix } from "./clients";

/** The labels that the plugin adds to every resource that supports labels. */
const PULUMI_LABELS = { "goog-pulumi-provisioned": "true" };

export interface LiveSecret {
    readonly name: string;
    readonly createTime: string;
    readonly annotations?: Properties;
    readonly replication: { readonly automatic?: object; readonly userManaged?: object };
}

/** `gcp:secretmanager/secret:Secret` */
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
        const { userManaged } = inputs.replication as { readonly userManaged?: object };
        const replication = userManaged === undefined ? { automatic: {} } : { userManaged };
        const body = { replication, labels: PULUMI_LABELS, annotations: inputs.annotations ?? {} };
        const created = await withErrorPrefix(
            "Error creating Secret",
            secretManager<LiveSecret>("POST", `${secrets}?secretId=${secretId ?? ""}`, body),
        );
        return { id: `${secrets}/${secretId ?? ""}`, outputs: { ...inputs, ...outputsOf(created) } };
    },
    async read(id, state) {
        const errorPrefix = `Error when reading or editing SecretManagerSecret ${JSON.stringify(id)}`;
        const found = await withErrorPrefix(errorPrefix, ignoreNotFound(secretManager<LiveSecret>("GET", id)));
        if (found === undefined) {
            return undefined;
        }
        const { annotations = {} } = found;
        return { ...inputsIn(id, found), ...state, ...outputsOf(found), annotations, labels: {}, versionAliases: {} };
    },
    /** Sends the annotations only: other inputs that can be updated are kept in the state only. */
    async update(id, inputs, state) {
        const { annotations = {} } = inputs;
        const errorPrefix = `Error updating Secret ${JSON.stringify(id)}`;
        const path = `${id}?updateMask=annotations`;
        const updated = await withErrorPrefix(errorPrefix, secretManager<LiveSecret>("PATCH", path, { annotations }));
        return { ...state, ...inputs, ...outputsOf(updated) };
    },
    async delete(id) {
        await withErrorPrefix("Error when reading or editing Secret", ignoreNotFound(secretManager("DELETE", id)));
    },
};

/** Returns the inputs of an imported secret that its id and its replication contain. */
function inputsIn(id: string, { replication: { userManaged } }: LiveSecret): Properties {
    const [, project, , secretId] = id.split("/");
    return { project, secretId, replication: userManaged === undefined ? { auto: {} } : { userManaged } };
}

function outputsOf({ name, createTime, annotations = {} }: LiveSecret) {
    return { name, createTime, effectiveAnnotations: annotations, expireTime: "", versionDestroyTtl: "" };
}
