import { setTimeout } from "node:timers/promises";
import { azureVaultUrl } from "./airflow";
import { holderOf, isHeldBy, type Holder } from "../marks";
import type { Owner } from "../owner";
import { azureCall, KEY_VAULT_API } from "./rest";

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
    readonly tags?: Readonly<Record<string, string>> | null;
}

/** Whether a soft-deleted vault was in this resource group, and was created for this Deployment. */
export function isOwnDeletedVault({ vaultId, tags }: DeletedVault, resourceGroup: string, owner: Owner): boolean {
    return isInGroup(vaultId, resourceGroup) && isHeldBy(holderOf(tags ?? undefined), owner);
}

/** Azure's names are case-insensitive. */
function isInGroup(id: string, resourceGroup: string): boolean {
    return id.toLowerCase().includes(`/resourcegroups/${resourceGroup.toLowerCase()}/`);
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
    return `https://management.azure.com/${provider}/locations/${location}/deletedVaults/${vault}${action}?api-version=${KEY_VAULT_API}`;
}

/**
 * Returns whose the soft-deleted secret with that name is; `undefined` if there is none.
 *
 * @param token for Key Vault
 */
export async function deletedSecretHolder(vault: string, name: string, token: string): Promise<Holder | undefined> {
    const tags = await deletedSecretTags(vault, name, token);
    return tags === undefined ? undefined : holderOf(tags);
}

/** How long to wait for a vault. One behind a firewall may not answer at all. */
const VAULT_TIMEOUT_MS = 10_000;

/** Returns the tags of the soft-deleted secret with that name; `undefined` if there is none. */
export async function deletedSecretTags(
    vault: string,
    name: string,
    token: string,
): Promise<Readonly<Record<string, string>> | undefined> {
    const { status, body } = await azureCall("GET", deletedSecretUrl(vault, name), token, {
        timeoutMs: VAULT_TIMEOUT_MS,
    });
    return status === 404 ? undefined : ((body as { tags?: Record<string, string> | null }).tags ?? {});
}

/**
 * Purges a soft-deleted test secret and waits until its name can be used again.
 *
 * @param owner of the Deployment that needs the name
 * @param token for Key Vault
 * @throws Error if the secret was not created for that Deployment, with Azure's message, or if Azure takes too long
 */
export async function purgeTestSecret(vault: string, name: string, owner: Owner, token: string): Promise<void> {
    const holder = await deletedSecretHolder(vault, name, token);
    if (holder !== undefined && !isHeldBy(holder, owner)) {
        throw new Error(`the deleted secret "${name}" is not this Deployment's`);
    }
    if (holder !== undefined) {
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
