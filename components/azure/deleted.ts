import { setTimeout } from "node:timers/promises";
import { azureVaultUrl } from "./airflow";
import { azureCall } from "./rest";

/** Soft-deleted Key Vaults and secrets. Their names cannot be used again until they are purged. */

/** How long to wait until Azure has purged a secret. */
const SECRET_PURGE_LIMIT_MS = 120_000;
/** How long to wait until Azure has purged a vault. */
const VAULT_PURGE_LIMIT_MS = 600_000;

export interface VaultLocation {
    readonly subscriptionId: string;
    /** Short name of the Azure region, e.g. `westeurope`. */
    readonly location: string;
}

export interface DeletedVault {
    /** Resource id of the vault before it was deleted. It is recovered under the same id. */
    readonly vaultId: string;
}

/**
 * Returns the soft-deleted vault with that name; `undefined` if there is none.
 *
 * @param token for Azure Resource Manager
 */
export async function findDeletedVault(
    location: VaultLocation,
    vault: string,
    token: string,
): Promise<DeletedVault | undefined> {
    const { status, body } = await azureCall("GET", deletedVaultUrl(location, vault), token);
    return status === 404 ? undefined : (body as { properties: DeletedVault }).properties;
}

/**
 * Purges a soft-deleted vault and waits until its name can be used again.
 *
 * @throws Error with Azure's message, or if Azure takes too long
 */
export async function purgeVault(
    location: VaultLocation,
    vault: string,
    { token, signal }: { readonly token: string; readonly signal: AbortSignal },
): Promise<void> {
    await azureCall("POST", deletedVaultUrl(location, vault, "/purge"), token);
    const isPurged = async (): Promise<boolean> => (await findDeletedVault(location, vault, token)) === undefined;
    await waitUntilPurged(isPurged, VAULT_PURGE_LIMIT_MS, signal);
}

function deletedVaultUrl({ subscriptionId, location }: VaultLocation, vault: string, action = ""): string {
    const provider = `subscriptions/${subscriptionId}/providers/Microsoft.KeyVault`;
    return `https://management.azure.com/${provider}/locations/${location}/deletedVaults/${vault}${action}?api-version=2023-07-01`;
}

/** Tag of this project's test secrets. It shows whether a deleted secret was created by this project. */
export const testSecretTags = { "made-by": "airflow-secrets-backends" } as const;

/**
 * Returns who created the soft-deleted secret with that name; `undefined` if there is none.
 *
 * @param token for Key Vault
 */
export async function deletedSecretOwner(
    vault: string,
    name: string,
    token: string,
): Promise<"this project" | "somebody else" | undefined> {
    const { status, body } = await azureCall("GET", deletedSecretUrl(vault, name), token);
    if (status === 404) {
        return undefined;
    }
    const { tags } = body as { tags?: Record<string, string> };
    return tags?.["made-by"] === testSecretTags["made-by"] ? "this project" : "somebody else";
}

/**
 * Purges a soft-deleted test secret and waits until its name can be used again.
 *
 * @param token for Key Vault
 * @throws Error if this project did not create the secret, with Azure's message, or if Azure takes too long
 */
export async function purgeTestSecret(vault: string, name: string, token: string): Promise<void> {
    const owner = await deletedSecretOwner(vault, name, token);
    if (owner === "somebody else") {
        throw new Error(`the deleted secret "${name}" was not created by this project`);
    }
    if (owner !== undefined) {
        const url = deletedSecretUrl(vault, name);
        await azureCall("DELETE", url, token);
        await waitUntilPurged(async () => (await azureCall("GET", url, token)).status === 404, SECRET_PURGE_LIMIT_MS);
    }
}

const deletedSecretUrl = (vault: string, name: string): string =>
    `${azureVaultUrl(vault)}/deletedsecrets/${name}?api-version=7.4`;

async function waitUntilPurged(isPurged: () => Promise<boolean>, limitMs: number, signal?: AbortSignal): Promise<void> {
    const deadline = performance.now() + limitMs;
    for (let wait = 100; !(await isPurged()); wait = Math.min(2 * wait, 5000)) {
        if (performance.now() > deadline) {
            throw new Error(`Azure has not purged it within ${limitMs / 1000} s`);
        }
        await setTimeout(wait, undefined, { signal });
    }
}
