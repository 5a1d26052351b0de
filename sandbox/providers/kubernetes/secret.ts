import { randomBytes } from "node:crypto";
import type { KubernetesObject } from "@kubernetes/client-node";
import { isMapping } from "../../../lib/json";
import { isSecretPart, secretPart } from "../../../provider/marshal";
import type { Properties } from "../../../provider/resourceType";
import { applyObject, deleteObject, readObject } from "./api";

// `kubernetes:core/v1:Secret`, as the official plugin answers for it.

/** Marks an object whose name the provider chose. */
const AUTONAMED = "pulumi.com/autonamed";

/** Inputs that there are; what is in them is for Kubernetes to judge. */
export const secretInputs = ["apiVersion", "kind", "metadata", "immutable", "type", "data", "stringData"];

/** Inputs whose change makes a new Secret: it cannot be changed otherwise. */
export const secretReplaceOn = ["metadata.name", "metadata.namespace", "immutable", "type", "data", "stringData"];

const secretParts = ["data", "stringData"];

interface Metadata {
    readonly name?: string;
    readonly namespace?: string;
    readonly annotations?: Readonly<Record<string, string>>;
}

const metadataOf = (properties: Properties): Metadata => properties.metadata ?? {};

/** Inputs with a name, chosen at random where the program gives none, and kept ever after. */
export function named(inputs: Properties, { name, old }: { name: string; old: Properties }): Properties {
    const metadata = metadataOf(inputs);
    if (metadata.name !== undefined) {
        return inputs;
    }
    const before = metadataOf(old);
    const kept = before.annotations?.[AUTONAMED] === "true" ? before.name : undefined;
    const annotations = { ...metadata.annotations, [AUTONAMED]: "true" };
    return { ...inputs, metadata: { ...metadata, name: kept ?? `${name}-${eightDigits()}`, annotations } };
}

/** Applies it, or has the API server try to. */
export async function apply(
    inputs: Properties,
    { dryRun, manager = newManager() }: { dryRun: boolean; manager?: string | undefined },
): Promise<{ id: string; outputs: Properties }> {
    const live = await applyObject(inputs, { fieldManager: manager, dryRun });
    return { id: idOf(live), outputs: outputsOf(live, inputs, manager) };
}

/** `undefined` where it is gone. */
export async function read(id: string, held: Properties): Promise<Properties | undefined> {
    const live = await readObject(identity(id));
    const { __inputs: inputs, __fieldManager: manager = newManager() } = held as {
        __inputs: Properties;
        __fieldManager?: string;
    };
    return live === undefined ? undefined : outputsOf(live, inputs, manager);
}

export const remove = (id: string): Promise<void> => deleteObject(identity(id));

/** The plugin's own notes, and the whole live object. */
function outputsOf(object: KubernetesObject, inputs: Properties, manager: string): Properties {
    // The client's dates are to be texts again.
    const live = JSON.parse(JSON.stringify(object)) as Properties;
    const metadata = { ...metadataOf(live) } as Record<string, unknown>;
    metadata.creationTimestamp = String(metadata.creationTimestamp).replace(/\.\d+Z$/, "Z");
    const notes = { __fieldManager: manager, __initialApiVersion: "v1", __inputs: marked(inputs) };
    return { ...notes, ...marked({ ...live, metadata }) };
}

/** With what is secret in a Secret marked. */
export function marked(properties: Properties): Properties {
    return Object.fromEntries(
        Object.entries(properties).map(([name, value]) => [
            name,
            secretParts.includes(name) ? secretPart(value) : value,
        ]),
    );
}

/** Values without the engine's marks: the plugin asked for them. */
export function unmarked(value: unknown): unknown {
    if (Array.isArray(value)) {
        return value.map(unmarked);
    }
    if (!isMapping(value)) {
        return value;
    }
    return isSecretPart(value)
        ? unmarked(value.value)
        : Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, unmarked(inner)]));
}

function idOf({ metadata }: KubernetesObject): string {
    return `${metadata?.namespace ?? "default"}/${metadata?.name ?? ""}`;
}

function identity(id: string): KubernetesObject {
    const [namespace = "", name = ""] = id.split("/");
    return { apiVersion: "v1", kind: "Secret", metadata: { name, namespace } };
}

const newManager = (): string => `pulumi-kubernetes-${eightDigits()}`;
const eightDigits = (): string => randomBytes(4).toString("hex");
