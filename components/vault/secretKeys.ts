import { getSecretsList } from "@pulumi/vault/kv/getSecretsList";
import { getSecretsListV2 } from "@pulumi/vault/kv/getSecretsListV2";
import { lookedUp, scopeKeys } from "../../airflow/scope";
import { keysReader } from "../../config/partial";
import { reasonOf } from "../../lib/reason";
import type { AirflowKey, ListedKeys, Place } from "../backend";
import { vaultPrefixes } from "./airflow";
import { isPermissionDenied } from "./authMounts";
import { vaultKeys } from "./config";

const readPlace = keysReader(vaultKeys, ["mount", "kvVersion", "namespace", ...scopeKeys]);

/** Lists the keys below the paths of a place. A key may contain slashes: Vault then lists a folder. */
export async function listVaultKeys(recorded: Place): Promise<ListedKeys> {
    const place = readPlace(recorded);
    if (place === undefined) {
        return { unknown: "its place in Vault is not recorded in a known form" };
    }
    const { mount, kvVersion } = place;
    const folders = lookedUp(vaultPrefixes(place));
    const inNamespace = place.namespace === undefined ? {} : { namespace: place.namespace };
    try {
        const found = folders.map(async ({ kind, prefix }) =>
            (await below(prefix)).map((key): AirflowKey => ({ kind, key })),
        );
        return { isExact: true, keys: (await Promise.all(found)).flat() };
    } catch (error) {
        const root = kvVersion === 2 ? `${mount}/metadata` : mount;
        const listed = folders.map(({ prefix }) => `${root}/${withoutSlash(prefix)}`);
        return {
            unknown: isPermissionDenied(error)
                ? `Pulumi's Vault token may not list ${listed.join(" and ")} (docs/vault.md has the required policy)`
                : `Vault does not list them: ${reasonOf(error)}`,
        };
    }

    /** @param folder with a slash at its end */
    async function below(folder: string): Promise<string[]> {
        const names = await namesIn(withoutSlash(folder));
        const found = names.map(async (name) =>
            name.endsWith("/") ? (await below(folder + name)).map((key) => name + key) : [name],
        );
        return (await Promise.all(found)).flat();
    }

    async function namesIn(path: string): Promise<readonly string[]> {
        try {
            const { names } =
                kvVersion === 2
                    ? await getSecretsListV2({ mount, name: path, ...inNamespace })
                    : await getSecretsList({ path: `${mount}/${path}`, ...inNamespace });
            return names;
        } catch (error) {
            // The provider's error if there is nothing at that path.
            if ((error as Error).message.includes("no secrets found at")) {
                return [];
            }
            throw error;
        }
    }
}

const withoutSlash = (folder: string): string => folder.replace(/\/$/, "");
