import { randomBytes } from "node:crypto";
import type { KubernetesObject } from "@kubernetes/client-node";
import { isMapping } from "../../../lib/json";
import { isSecretPart, secretPart } from "../../../provider/marshal";
import type { Properties } from "../../../provider/resourceType";
import { applyObject, deleteObject, readObject } from "./api";

// `kubernetes:core/v1:Secret`, with the answers of the official plugin.

/** The annotation of an object whose name the provider generated. */
const AUTONAMED = "pulumi.com/autonamed";

/** The known inputs. Kubernetes validates their contents. */
export const secretInputs = ["apiVersion", "kind", "metadata", "immutable", "type", "data", "stringData"];

/** Inputs that cannot be updated in place: a change replaces the Secret. */
export const secretReplaceOn = ["metadata.name", "metadata.namespace", "immutable", "type", "data", "stringData"];

const secretProperties = ["data", "stringData"];

interface Metadata {
    readonly name?: string;
    readonly namespace?: string;
    readonly annotations?: Readonly<Record<string, string>>;
}

const metadataOf = (properties: Properties): Metadata => properties.metadata ?? {};

/**
 * Adds a name to the inputs if the program sets none: the logical name `name` with a random suffix. An update keeps the
 * name that `old`, the inputs before it, have.
 */
export function withName(inputs: Properties, { name, old }: { name: string; old: Properties }): Properties {
    const metadata = metadataOf(inputs);
    if (metadata.name !== undefined) {
        return inputs;
    }
    const before = metadataOf(old);
    const kept = before.annotations?.[AUTONAMED] === "true" ? before.name : undefined;
    const annotations = { ...metadata.annotations, [AUTONAMED]: "true" };
    return { ...inputs, metadata: { ...metadata, name: kept ?? `${name}-${eightDigits()}`, annotations } };
}

/** Applies the Secret. With `dryRun`, the API server only validates it and returns the result. */
export async function apply(
    inputs: Properties,
    { dryRun, fieldManager = newFieldManager() }: { dryRun: boolean; fieldManager?: string | undefined },
): Promise<{ id: string; outputs: Properties }> {
    const live = await applyObject(inputs, { fieldManager, dryRun });
    return { id: idOf(live), outputs: outputsOf(live, inputs, fieldManager) };
}

/** Reads the outputs. Returns `undefined` if the Secret does not exist. */
export async function read(id: string, state: Properties): Promise<Properties | undefined> {
    const live = await readObject(identity(id));
    const { __inputs: inputs, __fieldManager: fieldManager = newFieldManager() } = state as {
        __inputs: Properties;
        __fieldManager?: string;
    };
    return live === undefined ? undefined : outputsOf(live, inputs, fieldManager);
}

export const remove = (id: string): Promise<void> => deleteObject(identity(id));

/** Returns the outputs: the whole live object, and the plugin's own `__` properties. */
function outputsOf(object: KubernetesObject, inputs: Properties, fieldManager: string): Properties {
    // Converts the client's dates back to strings.
    const live = JSON.parse(JSON.stringify(object)) as Properties;
    const metadata = { ...metadataOf(live) } as Record<string, unknown>;
    metadata.creationTimestamp = String(metadata.creationTimestamp).replace(/\.\d+Z$/, "Z");
    const pluginProperties = { __fieldManager: fieldManager, __initialApiVersion: "v1", __inputs: markSecrets(inputs) };
    return { ...pluginProperties, ...markSecrets({ ...live, metadata }) };
}

/** Marks `data` and `stringData` as secrets. */
export function markSecrets(properties: Properties): Properties {
    return Object.fromEntries(
        Object.entries(properties).map(([name, value]) => [
            name,
            secretProperties.includes(name) ? secretPart(value) : value,
        ]),
    );
}

/**
 * Replaces marked secrets by their values. The engine sends marks because the plugin asks for them (`acceptSecrets`).
 */
export function unwrapSecrets(value: unknown): unknown {
    if (Array.isArray(value)) {
        return value.map(unwrapSecrets);
    }
    if (!isMapping(value)) {
        return value;
    }
    return isSecretPart(value)
        ? unwrapSecrets(value.value)
        : Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, unwrapSecrets(inner)]));
}

function idOf({ metadata }: KubernetesObject): string {
    return `${metadata?.namespace ?? "default"}/${metadata?.name ?? ""}`;
}

function identity(id: string): KubernetesObject {
    const [namespace = "", name = ""] = id.split("/");
    return { apiVersion: "v1", kind: "Secret", metadata: { name, namespace } };
}

const newFieldManager = (): string => `pulumi-kubernetes-${eightDigits()}`;
const eightDigits = (): string => randomBytes(4).toString("hex");
