import type { FunctionType, Properties } from "../../../provider/resourceType";
import { withErrorPrefix } from "../withErrorPrefix";
import { vaultIfFound } from "./client";

/** `vault:kv/getSecretsList:getSecretsList`. Throws if there is nothing at the path. */
export const getSecretsList: FunctionType = {
    inputs: ["path", "namespace"],
    secrets: ["names"],
    call: async ({ path, namespace }) => ({ path, namespace, ...(await list(String(path), namespace)) }),
};

/** `vault:kv/getSecretsListV2:getSecretsListV2`. Throws if there is nothing at the path. */
export const getSecretsListV2: FunctionType = {
    inputs: ["mount", "name", "namespace"],
    secrets: ["names"],
    call: async ({ mount, name, namespace }) => {
        const path = `${String(mount)}/metadata/${String(name)}`;
        return { mount, name, namespace, path, ...(await list(path, namespace)) };
    },
};

async function list(path: string, namespace: unknown): Promise<Properties> {
    const quoted = JSON.stringify(path);
    const request = vaultIfFound({ method: "GET", path: `${path}?list=true`, namespace });
    const found = await withErrorPrefix(`error listing from Vault at path ${quoted}, err=`, request);
    if (found === undefined) {
        throw new Error(`no secrets found at ${quoted}`);
    }
    return { id: path, names: found.keys };
}
