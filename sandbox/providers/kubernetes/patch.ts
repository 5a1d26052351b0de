import type { KubernetesObject } from "@kubernetes/client-node";
import type { Properties, ResourceType } from "../../../provider/resourceType";
import { applyObject, readObject } from "./api";
import { prune } from "./prune";
import { rolledOut } from "./rollout";

const FIELD_MANAGER = "pulumi.com/patchFieldManager";
const FORCE = "pulumi.com/patchForce";
const SKIP_AWAIT = "pulumi.com/skipAwait";

interface Metadata {
    readonly name: string;
    readonly namespace: string;
    readonly annotations: Readonly<Record<string, string>>;
}

/** `kubernetes:apps/v1:DeploymentPatch` and its siblings: some fields of a workload that somebody else made. */
export function patchOf(kind: "Deployment" | "StatefulSet"): ResourceType {
    return {
        inputs: ["apiVersion", "kind", "metadata", "spec"],
        required: ["metadata"],
        // A new field manager would leave the old one's fields behind.
        replaceOn: ["metadata.name", "metadata.namespace", `metadata.annotations.${FIELD_MANAGER}`],
        computed: [],
        secrets: [],
        async preview(inputs) {
            await apply(inputs, true);
        },
        async create(inputs) {
            await apply(inputs, false);
            const { name, namespace } = metadataOf(inputs);
            return { id: `${namespace}/${name}`, outputs: inputs };
        },
        async read(id, inputs) {
            const live = await readObject(identity(inputs));
            if (live === undefined) {
                return undefined;
            }
            const refreshed: Properties = { ...inputs, spec: prune(inputs.spec, live.spec) };
            return { id, inputs: refreshed, outputs: refreshed };
        },
        async update(_id, inputs) {
            await apply(inputs, false);
            return inputs;
        },
        /** An empty configuration of the same field manager gives its fields back. */
        async delete(_id, outputs) {
            if ((await readObject(identity(outputs))) !== undefined) {
                await applyObject(identity(outputs), { ...optionsOf(outputs), force: false, dryRun: false });
            }
        },
    };

    function identity(properties: Properties): KubernetesObject {
        const { name, namespace } = metadataOf(properties);
        return { apiVersion: "apps/v1", kind, metadata: { name, namespace } };
    }

    async function apply(inputs: Properties, dryRun: boolean): Promise<void> {
        const object = { ...identity(inputs), spec: inputs.spec } as KubernetesObject;
        await applyObject(object, { ...optionsOf(inputs), dryRun });
        if (!dryRun && metadataOf(inputs).annotations[SKIP_AWAIT] !== "true") {
            await rolledOut(() => readObject(object));
        }
    }
}

function metadataOf({ metadata }: Properties): Metadata {
    const { name, namespace, annotations } = metadata as Partial<Metadata>;
    if (name === undefined) {
        throw new Error("a patch resource needs metadata.name");
    }
    return { name, namespace: namespace ?? "default", annotations: annotations ?? {} };
}

function optionsOf(properties: Properties): { fieldManager: string; force: boolean } {
    const { name, annotations } = metadataOf(properties);
    const fieldManager = annotations[FIELD_MANAGER];
    if (fieldManager === undefined) {
        throw new Error(`the patch of ${name} has no annotation ${FIELD_MANAGER}: its field manager would be random`);
    }
    return { fieldManager, force: annotations[FORCE] === "true" };
}
