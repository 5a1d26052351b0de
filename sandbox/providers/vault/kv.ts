import type { Properties, ResourceType } from "../../../provider/resourceType";
import { vault, vaultIfThere } from "./client";
import { sameJson } from "../json";

/** `vault:kv/secret:Secret`, on KV v1 */
export const secret: ResourceType = {
    inputs: ["path", "dataJson", "namespace"],
    required: ["path", "dataJson"],
    replaceOn: ["path", "namespace"],
    computed: ["data"],
    secrets: ["data", "dataJson"],
    async create(inputs) {
        return { id: String(inputs.path), outputs: await writeV1(inputs) };
    },
    async read(id, inputs) {
        const found = await vaultIfThere({ method: "GET", path: id, namespace: inputs.namespace });
        return found === undefined ? undefined : asRead(id, inputs, found);
    },
    update: (_id, inputs) => writeV1(inputs),
    async delete(id, { namespace }) {
        await vault({ method: "DELETE", path: id, namespace });
    },
};

/** `vault:kv/secretV2:SecretV2` */
export const secretV2: ResourceType = {
    inputs: ["mount", "name", "dataJson", "deleteAllVersions", "namespace"],
    required: ["mount", "name"],
    replaceOn: ["mount", "name", "namespace"],
    computed: ["data", "path"],
    secrets: ["data", "dataJson"],
    async create(inputs) {
        return { id: dataPath(inputs), outputs: await writeV2(inputs) };
    },
    async read(id, inputs) {
        const found = await vaultIfThere({ method: "GET", path: id, namespace: inputs.namespace });
        return found === undefined ? undefined : asRead(id, inputs, found.data as Properties, { path: id });
    },
    update: (_id, inputs) => writeV2(inputs),
    async delete(id, { mount, name, namespace, deleteAllVersions }) {
        const path = deleteAllVersions === true ? `${String(mount)}/metadata/${String(name)}` : id;
        await vault({ method: "DELETE", path, namespace });
    },
};

const dataPath = ({ mount, name }: Properties): string => `${String(mount)}/data/${String(name)}`;

function asRead(id: string, inputs: Properties, data: Properties, more: Properties = {}) {
    const live = { ...inputs, dataJson: sameJson(inputs.dataJson, data) };
    return { id, inputs: live, outputs: { ...live, ...more, data: texts(data) } };
}

async function writeV1(inputs: Properties): Promise<Properties> {
    const data = parsed(inputs);
    await vault({ method: "POST", path: String(inputs.path), namespace: inputs.namespace, body: data });
    return { ...inputs, data: texts(data) };
}

async function writeV2(inputs: Properties): Promise<Properties> {
    const data = parsed(inputs);
    const path = dataPath(inputs);
    await vault({ method: "POST", path, namespace: inputs.namespace, body: { data } });
    return { ...inputs, path, data: texts(data) };
}

const parsed = ({ dataJson }: Properties): Properties => JSON.parse(String(dataJson)) as Properties;

/** The plugin's `data` is a map of texts. */
function texts(data: Properties): Record<string, string> {
    const entries = Object.entries(data).map(([key, value]) => [
        key,
        typeof value === "string" ? value : JSON.stringify(value),
    ]);
    return Object.fromEntries(entries) as Record<string, string>;
}
