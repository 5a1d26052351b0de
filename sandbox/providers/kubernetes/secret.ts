import { randomBytes } from "node:crypto";
import type { V1Secret } from "@kubernetes/client-node";
import type { Properties, ResourceType } from "../../../provider/resourceType";
import { applyObject, createObject, deleteObject, readObject } from "./api";

/** Marks an object whose name the provider chose. */
const AUTONAMED = "pulumi.com/autonamed";
const FIELD_MANAGER = "pulumi-kubernetes";

interface Metadata {
    readonly name?: string;
    readonly namespace?: string;
    readonly annotations?: Readonly<Record<string, string>>;
}

const metadataOf = (properties: Properties | undefined): Metadata => properties?.metadata ?? {};

/** `kubernetes:core/v1:Secret` */
export const secret: ResourceType = {
    inputs: ["apiVersion", "kind", "metadata", "immutable", "type", "data", "stringData"],
    required: [],
    replaceOn: ["metadata.name", "metadata.namespace", "immutable", "type", "data", "stringData"],
    computed: [],
    secrets: ["data", "stringData"],
    check(inputs, { name, old }) {
        const metadata = metadataOf(inputs);
        if (metadata.name !== undefined) {
            return inputs;
        }
        const before = metadataOf(old);
        const kept = before.annotations?.[AUTONAMED] === "true" ? before.name : undefined;
        const chosen = kept ?? `${name}-${randomBytes(4).toString("hex")}`;
        const annotations = { ...metadata.annotations, [AUTONAMED]: "true" };
        return { ...inputs, metadata: { ...metadata, name: chosen, annotations } };
    },
    async create(inputs) {
        const made = await createObject(inputs);
        const { name, namespace } = metadataOf(inputs);
        const uid = made.metadata?.uid;
        return { id: `${namespace ?? "default"}/${name ?? ""}`, outputs: withUid(inputs, uid) };
    },
    async read(id, inputs) {
        const live = (await readObject(identity(id))) as V1Secret | undefined;
        if (live === undefined) {
            return undefined;
        }
        const { immutable, type, data } = live;
        const refreshed: Properties = { ...inputs, immutable, type, data };
        return { id, inputs: refreshed, outputs: withUid(refreshed, live.metadata?.uid) };
    },
    async update(_id, inputs, outputs) {
        await applyObject(inputs, FIELD_MANAGER);
        return { ...inputs, metadata: { ...metadataOf(inputs), uid: (outputs.metadata as { uid?: string }).uid } };
    },
    delete: (id) => deleteObject(identity(id)),
};

function withUid(properties: Properties, uid: string | undefined): Properties {
    return { ...properties, metadata: { ...metadataOf(properties), uid } };
}

function identity(id: string): V1Secret {
    const [namespace, name] = id.split("/");
    return { apiVersion: "v1", kind: "Secret", metadata: { name: name ?? "", namespace: namespace ?? "" } };
}
