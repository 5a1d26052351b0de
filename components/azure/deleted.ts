import { setTimeout } from "node:timers/promises";
import { azureVaultUrl } from "./airflow";
import { azureCall } from "./rest";

/** What Key Vault keeps of deleted vaults and secrets, whose names are taken as long as it does. */

/** How long Azure may take to purge a secret. */
const SECRET_PURGE_LIMIT_MS = 120_000;
/** The same of a vault. */
const VAULT_PURGE_LIMIT_MS = 600_000;

export interface AzurePlace {
    readonly subscriptionId: string;
    /** Azure's short form, e.g. `westeurope`. */
    readonly location: string;
}

export interface DeletedVault {
    /** Where it was, and where it can be recovered to. */
    readonly vaultId: string;
}

/** The deleted vault of that name, if there is one that Azure keeps. `token` is one for Azure Resource Manager. */
export async function deletedVault(place: AzurePlace, vault: string, token: string): Promise<DeletedVault | undefined> {
    const { status, body } = await azureCall("GET", deletedVaultUrl(place, vault), token);
    return status === 404 ? undefined : (body as { properties: DeletedVault }).properties;
}

/**
 * Purges a deleted vault and waits until it is gone, so that its name is free.
 *
 * @throws Error in Azure's words, or where it does not let go of it
 */
export async function purgeVault(
    place: AzurePlace,
    vault: string,
    { token, signal }: { readonly token: string; readonly signal: AbortSignal },
): Promise<void> {
    await azureCall("POST", deletedVaultUrl(place, vault, "/purge"), token);
    const isGone = async (): Promise<boolean> => (await deletedVault(place, vault, token)) === undefined;
    await untilGone(isGone, VAULT_PURGE_LIMIT_MS, signal);
}

function deletedVaultUrl({ subscriptionId, location }: AzurePlace, vault: string, action = ""): string {
    const provider = `subscriptions/${subscriptionId}/providers/Microsoft.KeyVault`;
    return `https://management.azure.com/${provider}/locations/${location}/deletedVaults/${vault}${action}?api-version=2023-07-01`;
}

/** By it a deleted secret is known as one that this project has written. */
export const madeBy = { "made-by": "airflow-secrets-backends" } as const;

/** Whose deleted secret the vault keeps under that name, if it keeps one. `token` is one for Key Vault. */
export async function deletedSecretOf(
    vault: string,
    name: string,
    token: string,
): Promise<"this project" | "somebody else" | undefined> {
    const { status, body } = await azureCall("GET", deletedSecretUrl(vault, name), token);
    if (status === 404) {
        return undefined;
    }
    const { tags } = body as { tags?: Record<string, string> };
    return tags?.["made-by"] === madeBy["made-by"] ? "this project" : "somebody else";
}

/**
 * Purges a deleted test secret, so that its name is free. `token` is one for Key Vault.
 *
 * @throws Error where it is not this project's, or where Azure does not let go of it
 */
export async function purgeTestSecret(vault: string, name: string, token: string): Promise<void> {
    const whose = await deletedSecretOf(vault, name, token);
    if (whose === "somebody else") {
        throw new Error(`the deleted secret "${name}" is none that this project has written`);
    }
    if (whose !== undefined) {
        const url = deletedSecretUrl(vault, name);
        await azureCall("DELETE", url, token);
        await untilGone(async () => (await azureCall("GET", url, token)).status === 404, SECRET_PURGE_LIMIT_MS);
    }
}

const deletedSecretUrl = (vault: string, name: string): string =>
    `${azureVaultUrl(vault)}/deletedsecrets/${name}?api-version=7.4`;

async function untilGone(isGone: () => Promise<boolean>, limitMs: number, signal?: AbortSignal): Promise<void> {
    const giveUp = performance.now() + limitMs;
    for (let wait = 100; !(await isGone()); wait = Math.min(2 * wait, 5000)) {
        if (performance.now() > giveUp) {
            throw new Error(`Azure has not purged it within ${limitMs / 1000} s`);
        }
        await setTimeout(wait, undefined, { signal });
    }
}
