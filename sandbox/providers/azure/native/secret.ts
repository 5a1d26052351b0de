import { setTimeout } from "node:timers/promises";
import type { Secret } from "@azure/arm-keyvault";
import type { Properties } from "../../../../provider/resourceType";
import { azure, hasStatus, ignoreNotFound, throwIfExists, vaultId, withPluginError, withSdkError } from "../clients";
import type { NativeType } from "./type";

/** How often to look for a deleted secret, as in the plugin, and the pause in between, shorter than in the plugin. */
const MAX_TRIES = 6;
const PAUSE_MS = 200;

/**
 * `azure-native:keyvault:Secret`. It is written and read through Resource Manager, which never returns the value. It is
 * deleted through Key Vault's own API, which soft-deletes it, and recovered there if its name is needed again.
 */
export const secret: NativeType = {
    inputs: ["resourceGroupName", "vaultName", "secretName", "properties", "tags"],
    required: ["resourceGroupName", "vaultName", "secretName", "properties"],
    replaceOn: ["resourceGroupName", "vaultName", "secretName"],
    apiVersion: "2024-11-01",
    async create(inputs) {
        const id = `${vaultId(inputs)}/secrets/${String(inputs.secretName)}`;
        await throwIfExists(id, get(inputs));
        return { id, outputs: toOutputs(await putWithRecovery(inputs)) };
    },
    async read(_id, inputs) {
        const found = await ignoreNotFound(get(inputs));
        return found === undefined ? undefined : toOutputs(found);
    },
    update: async (inputs) => toOutputs(await put(inputs)),
    async delete(_id, { vaultName, secretName }) {
        const deletion = secretClient(vaultName).beginDeleteSecret(String(secretName));
        try {
            await withSdkError(deletion);
        } catch (error) {
            if (!hasStatus(error, 404)) {
                throw error;
            }
        }
    },
    inputsFrom({ tags, properties }) {
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
    return withPluginError(
        secrets.createOrUpdate(String(resourceGroupName), String(vaultName), String(secretName), wanted),
    );
}

const secretClient = (vaultName: unknown) => azure().secretsOf(String(vaultName));

/** Writes a secret. On a conflict, which a soft-deleted secret of the name may cause, recovers it and tries again. */
async function putWithRecovery(inputs: Properties): Promise<Secret> {
    for (let tries = 0; ;) {
        try {
            return await put(inputs);
        } catch (error) {
            if (!hasStatus(error, 409)) {
                throw error;
            }
            tries = (await recoverIfDeleted(inputs)) ? 0 : tries + 1;
            if (tries >= MAX_TRIES) {
                throw error;
            }
            await setTimeout(PAUSE_MS);
        }
    }
}

/**
 * Recovers a soft-deleted secret. Returns whether there was one: `false` also if the principal may not look for it,
 * which the plugin ignores.
 */
async function recoverIfDeleted({ vaultName, secretName }: Properties): Promise<boolean> {
    const name = String(secretName);
    try {
        await secretClient(vaultName).getDeletedSecret(name);
    } catch (error) {
        if (hasStatus(error, 403) || hasStatus(error, 404)) {
            return false;
        }
        throw error;
    }
    try {
        await withSdkError(secretClient(vaultName).beginRecoverDeletedSecret(name));
        return true;
    } catch (error) {
        throw new Error(`failed to recover soft-deleted secret ${name}: ${(error as Error).message}`, { cause: error });
    }
}

function toOutputs({ id, name, type, location, tags, properties }: Secret): Properties {
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
