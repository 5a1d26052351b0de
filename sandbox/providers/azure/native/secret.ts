import { setTimeout } from "node:timers/promises";
import type { Secret } from "@azure/arm-keyvault";
import type { Properties } from "../../../../provider/resourceType";
import { asSdkSays, ask, azure, hasStatus, refuseExisting, unlessGone, vaultPath } from "../clients";
import type { NativeType } from "./type";

/** How often the plugin asks for a deleted secret that it does not find, and how long it waits in between: it waits longer. */
const TRIES = 6;
const PAUSE_MS = 200;

/**
 * `azure-native:keyvault:Secret`: written and read through Resource Manager, which never tells a value; deleted in the
 * vault itself, where it is kept, and recovered there when its name is needed again.
 */
export const secret: NativeType = {
    inputs: ["resourceGroupName", "vaultName", "secretName", "properties", "tags"],
    required: ["resourceGroupName", "vaultName", "secretName", "properties"],
    replaceOn: ["resourceGroupName", "vaultName", "secretName"],
    apiVersion: "2024-11-01",
    async create(inputs) {
        const id = `${vaultPath(inputs)}/secrets/${String(inputs.secretName)}`;
        await refuseExisting(id, get(inputs));
        return { id, outputs: shown(await putRecovering(inputs)) };
    },
    async read(_id, inputs) {
        const found = await unlessGone(get(inputs));
        return found === undefined ? undefined : shown(found);
    },
    update: async (inputs) => shown(await put(inputs)),
    async delete(_id, { vaultName, secretName }) {
        const deleting = inVault(vaultName).beginDeleteSecret(String(secretName));
        try {
            await asSdkSays(deleting);
        } catch (error) {
            if (!hasStatus(error, 404)) {
                throw error;
            }
        }
    },
    settable({ tags, properties }) {
        const { contentType } = properties as Properties;
        return {
            ...(tags === undefined ? {} : { tags }),
            properties: contentType === undefined ? {} : { contentType },
        };
    },
};

function get({ resourceGroupName, vaultName, secretName }: Properties): Promise<Secret> {
    return azure().keyVault.secrets.get(String(resourceGroupName), String(vaultName), String(secretName));
}

function put({ resourceGroupName, vaultName, secretName, properties, tags }: Properties): Promise<Secret> {
    const wanted = { properties: properties as { value: string }, tags: (tags ?? {}) as Record<string, string> };
    const { secrets } = azure().keyVault;
    return ask(secrets.createOrUpdate(String(resourceGroupName), String(vaultName), String(secretName), wanted));
}

const inVault = (vaultName: unknown) => azure().secretsOf(String(vaultName));

/** A name that is taken may be that of a deleted secret. */
async function putRecovering(inputs: Properties): Promise<Secret> {
    for (let tries = 0; ;) {
        try {
            return await put(inputs);
        } catch (error) {
            if (!hasStatus(error, 409)) {
                throw error;
            }
            tries = (await recovered(inputs)) ? 0 : tries + 1;
            if (tries >= TRIES) {
                throw error;
            }
            await setTimeout(PAUSE_MS);
        }
    }
}

/** Gives whether there was a deleted secret of that name. The plugin takes no notice of not being allowed to look. */
async function recovered({ vaultName, secretName }: Properties): Promise<boolean> {
    const name = String(secretName);
    try {
        await inVault(vaultName).getDeletedSecret(name);
    } catch (error) {
        if (hasStatus(error, 403) || hasStatus(error, 404)) {
            return false;
        }
        throw error;
    }
    try {
        await asSdkSays(inVault(vaultName).beginRecoverDeletedSecret(name));
        return true;
    } catch (error) {
        throw new Error(`failed to recover soft-deleted secret ${name}: ${(error as Error).message}`, { cause: error });
    }
}

function shown({ id, name, type, location, tags, properties }: Secret): Properties {
    const { attributes, contentType, secretUri, secretUriWithVersion } = properties;
    return {
        id,
        name,
        type,
        location,
        tags,
        properties: {
            attributes: { enabled: attributes?.enabled },
            ...(contentType === undefined ? {} : { contentType }),
            secretUri,
            secretUriWithVersion,
        },
        azureApiVersion: secret.apiVersion,
    };
}
