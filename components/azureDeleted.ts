import { azureVaultUrl } from "../airflow/azureKeyVault";
import { azureCall } from "./azureRest";

/** What Key Vault keeps of deleted vaults and secrets, whose names are taken as long as it does. */

/** How long Azure may take to purge a secret. */
const PURGE_LIMIT_MS = 120_000;

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
    const provider = `subscriptions/${place.subscriptionId}/providers/Microsoft.KeyVault`;
    const url = `https://management.azure.com/${provider}/locations/${place.location}/deletedVaults/${vault}?api-version=2023-07-01`;
    const { status, body } = await azureCall("GET", url, token);
    return status === 404 ? undefined : (body as { properties: DeletedVault }).properties;
}

/** By it a deleted secret is known as one that this project has written. */
export const madeBy = { "made-by": "airflow-secrets-backends" } as const;

/**
 * Purges a deleted test secret, so that its name is free. `token` is one for Key Vault.
 *
 * @throws Error where it is not this project's, or where Azure does not let go of it
 */
export async function purgeTestSecret(vault: string, name: string, token: string): Promise<void> {
    const url = `${azureVaultUrl(vault)}/deletedsecrets/${name}?api-version=7.4`;
    const { status, body } = await azureCall("GET", url, token);
    if (status === 404) {
        return;
    }
    const { tags } = body as { tags?: Record<string, string> };
    if (tags?.["made-by"] !== madeBy["made-by"]) {
        throw new Error(`the deleted secret "${name}" is none that this project has written`);
    }
    await azureCall("DELETE", url, token);
    const giveUp = performance.now() + PURGE_LIMIT_MS;
    for (let wait = 100; (await azureCall("GET", url, token)).status !== 404; wait = Math.min(2 * wait, 5000)) {
        if (performance.now() > giveUp) {
            throw new Error(`Azure has not purged it within ${PURGE_LIMIT_MS / 1000} s`);
        }
        await new Promise((resolve) => setTimeout(resolve, wait));
    }
}
