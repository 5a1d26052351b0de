import { isMapping } from "../../../lib/json";
import type { Properties } from "../../../provider/resourceType";
import type { BridgedType } from "../bridge/schema";
import { goJson } from "../bridge/values";
import { withErrorPrefix } from "../withErrorPrefix";
import { vault, VaultError, vaultIfFound } from "./client";

/** `vault:kv/secret:Secret`, on KV v1 */
export const secret: BridgedType = {
    properties: {
        data: { computed: true, secret: true, form: "map" },
        dataJson: { input: "required", secret: true, form: "json" },
        namespace: { input: "optional", replaces: true },
        path: { input: "required", replaces: true },
    },
    async create(inputs) {
        return { id: String(inputs.path), outputs: await writeV1(inputs) };
    },
    async read(id, { namespace }) {
        const errorPrefix = `error reading from Vault, err=`;
        const data = await withErrorPrefix(errorPrefix, vaultIfFound({ method: "GET", path: id, namespace }));
        return data === undefined ? undefined : { path: id, namespace, dataJson: goJson(data), data: toStrings(data) };
    },
    update: (_id, inputs) => writeV1(inputs),
    async delete(id, { namespace }) {
        await withErrorPrefix(
            `error deleting ${JSON.stringify(id)} from Vault: `,
            vault({ method: "DELETE", path: id, namespace }),
        );
    },
};

/** `vault:kv/secretV2:SecretV2`. The secret's contents are not read back: the output `data` is always empty. */
export const secretV2: BridgedType = {
    properties: {
        cas: { input: "optional" },
        customMetadata: {
            input: "optional",
            computed: true,
            fields: { casRequired: {}, data: { form: "map" }, deleteVersionAfter: {}, maxVersions: {} },
        },
        data: { computed: true, secret: true, form: "map" },
        dataJson: { input: "optional", secret: true, form: "json" },
        dataJsonWo: { input: "optional" },
        dataJsonWoVersion: { input: "optional" },
        deleteAllVersions: { input: "optional" },
        disableRead: { input: "optional", unset: false },
        metadata: { computed: true, form: "map" },
        mount: { input: "required", replaces: true },
        name: { input: "required", replaces: "delete first" },
        namespace: { input: "optional", replaces: true },
        options: { input: "optional", form: "map" },
        path: { computed: true },
    },
    async create(inputs) {
        const id = `${String(inputs.mount)}/data/${String(inputs.name)}`;
        return { id, outputs: await writeV2(id, inputs) };
    },
    async read(id, state) {
        const [mount, name] = [id.slice(0, id.indexOf("/data/")), id.slice(id.indexOf("/data/") + "/data/".length)];
        const found = await readMetadata(id, state);
        return found === undefined ? undefined : { mount, name, path: id, ...state, ...found };
    },
    update: (id, inputs) => writeV2(id, inputs),
    async delete(id, { namespace, deleteAllVersions }) {
        const path = deleteAllVersions === true ? metadataPath(id) : id;
        await withErrorPrefix(`error deleting ${JSON.stringify(path)}: `, vault({ method: "DELETE", path, namespace }));
    },
};

const metadataPath = (id: string): string => id.replace("/data/", "/metadata/");

async function writeV1(inputs: Properties): Promise<Properties> {
    const data = parseData(inputs);
    const path = String(inputs.path);
    const errorPrefix = `error writing secret data to ${JSON.stringify(path)}, err=`;
    await withErrorPrefix(errorPrefix, vault({ method: "PUT", path, namespace: inputs.namespace, body: data }));
    return { ...inputs, data: toStrings(data) };
}

async function writeV2(path: string, inputs: Properties): Promise<Properties> {
    const errorPrefix = `error writing to path ${JSON.stringify(path)}, err=`;
    const body = { data: parseData(inputs) };
    await withErrorPrefix(errorPrefix, vault({ method: "PUT", path, namespace: inputs.namespace, body }));
    await writeMetadata(metadataPath(path), inputs);
    return { ...inputs, path, ...(await readMetadata(path, inputs)) };
}

/** Writes the custom metadata in a second call, if the program sets them. */
async function writeMetadata(path: string, { namespace, customMetadata }: Properties): Promise<void> {
    if (isMapping(customMetadata)) {
        const body = { custom_metadata: customMetadata.data };
        const errorPrefix = `error writing custom metadata to ${path}, err=`;
        await withErrorPrefix(errorPrefix, vault({ method: "PUT", path, namespace, body }));
    }
}

/** Reads the outputs of a secret except its data. Returns `undefined` if it has no version left. */
async function readMetadata(path: string, { namespace }: Properties): Promise<Properties | undefined> {
    const errorPrefix = `error reading from Vault, err=`;
    const version = await withErrorPrefix(errorPrefix, latestVersion(path, namespace));
    const settings = await withErrorPrefix(
        errorPrefix,
        vaultIfFound({ method: "GET", path: metadataPath(path), namespace }),
    );
    if (version === undefined || settings === undefined) {
        return undefined;
    }
    return {
        data: {},
        disableRead: false,
        metadata: toStrings(version.metadata as Properties),
        customMetadata: {
            casRequired: settings.cas_required,
            data: settings.custom_metadata ?? {},
            deleteVersionAfter: toSeconds(String(settings.delete_version_after)),
            maxVersions: settings.max_versions,
        },
    };
}

/** Reads the latest version. For a deleted version Vault answers 404, with the version's metadata. */
async function latestVersion(path: string, namespace: unknown): Promise<Properties | undefined> {
    try {
        return await vault({ method: "GET", path, namespace });
    } catch (error) {
        if (error instanceof VaultError && error.status === 404) {
            return error.data;
        }
        throw error;
    }
}

/** Converts a Go duration such as `1h2m3s` to seconds. */
function toSeconds(duration: string): number {
    const units: Readonly<Record<string, number>> = { h: 3600, m: 60 };
    const parts = [...duration.matchAll(/(\d+)([hms])/g)];
    return parts.reduce((sum, [, count, unit = "s"]) => sum + Number(count) * (units[unit] ?? 1), 0);
}

const parseData = ({ dataJson }: Properties): Properties => JSON.parse(String(dataJson)) as Properties;

/** Converts values to strings: the plugin's `data` is a map of strings. */
function toStrings(data: Properties): Record<string, string> {
    const entries = Object.entries(data).map(([key, value]) => [
        key,
        typeof value === "string" ? value : goJson(value),
    ]);
    return Object.fromEntries(entries) as Record<string, string>;
}
