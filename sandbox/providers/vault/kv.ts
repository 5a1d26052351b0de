import type { Properties } from "../../../provider/resourceType";
import type { BridgedType } from "../bridge/schema";
import { jsonText } from "../bridge/values";
import { doing } from "../doing";
import { vault, VaultError, vaultIfThere } from "./client";

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
        const what = `error reading from Vault, err=`;
        const data = await doing(what, vaultIfThere({ method: "GET", path: id, namespace }));
        return data === undefined ? undefined : { path: id, namespace, dataJson: jsonText(data), data: texts(data) };
    },
    update: (_id, inputs) => writeV1(inputs),
    async delete(id, { namespace }) {
        await doing(
            `error deleting ${JSON.stringify(id)} from Vault: `,
            vault({ method: "DELETE", path: id, namespace }),
        );
    },
};

/** `vault:kv/secretV2:SecretV2`. What it holds in Vault is not read back: `data` is always empty. */
export const secretV2: BridgedType = {
    properties: {
        cas: { input: "optional" },
        customMetadata: { input: "optional", computed: true },
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
    async read(id, held) {
        const [mount, name] = [id.slice(0, id.indexOf("/data/")), id.slice(id.indexOf("/data/") + "/data/".length)];
        const found = await look(id, held);
        return found === undefined ? undefined : { mount, name, path: id, ...held, ...found };
    },
    update: (id, inputs) => writeV2(id, inputs),
    async delete(id, { namespace, deleteAllVersions }) {
        const path = deleteAllVersions === true ? metadataPath(id) : id;
        await doing(`error deleting ${JSON.stringify(path)}: `, vault({ method: "DELETE", path, namespace }));
    },
};

const metadataPath = (id: string): string => id.replace("/data/", "/metadata/");

async function writeV1(inputs: Properties): Promise<Properties> {
    const data = parsed(inputs);
    const path = String(inputs.path);
    const what = `error writing secret data to ${JSON.stringify(path)}, err=`;
    await doing(what, vault({ method: "PUT", path, namespace: inputs.namespace, body: data }));
    return { ...inputs, data: texts(data) };
}

async function writeV2(path: string, inputs: Properties): Promise<Properties> {
    const what = `error writing to path ${JSON.stringify(path)}, err=`;
    const body = { data: parsed(inputs) };
    await doing(what, vault({ method: "PUT", path, namespace: inputs.namespace, body }));
    return { ...inputs, path, ...(await look(path, inputs)) };
}

/** What is told of a secret besides its data: `undefined` where no version of it is left. */
async function look(path: string, { namespace }: Properties): Promise<Properties | undefined> {
    const what = `error reading from Vault, err=`;
    const version = await doing(what, latestVersion(path, namespace));
    const settings = await doing(what, vaultIfThere({ method: "GET", path: metadataPath(path), namespace }));
    if (version === undefined || settings === undefined) {
        return undefined;
    }
    return {
        data: {},
        disableRead: false,
        metadata: texts(version.metadata as Properties),
        customMetadata: {
            casRequired: settings.cas_required,
            data: settings.custom_metadata ?? {},
            deleteVersionAfter: seconds(String(settings.delete_version_after)),
            maxVersions: settings.max_versions,
        },
    };
}

/** Vault answers 404 for a version that is deleted, and says so of it. */
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

/** Go's way to write a duration: `1h2m3s`. */
function seconds(duration: string): number {
    const units: Readonly<Record<string, number>> = { h: 3600, m: 60 };
    const parts = [...duration.matchAll(/(\d+)([hms])/g)];
    return parts.reduce((sum, [, count, unit = "s"]) => sum + Number(count) * (units[unit] ?? 1), 0);
}

const parsed = ({ dataJson }: Properties): Properties => JSON.parse(String(dataJson)) as Properties;

/** The plugin's `data` is a map of texts. */
function texts(data: Properties): Record<string, string> {
    const entries = Object.entries(data).map(([key, value]) => [
        key,
        typeof value === "string" ? value : jsonText(value),
    ]);
    return Object.fromEntries(entries) as Record<string, string>;
}
