import type { AzureKept } from "../../components/azure/kept";
import { deletedSecretOwner, findDeletedVault, purgeTestSecret, purgeVault } from "../../components/azure/deleted";
import type { AzureToken } from "../../components/azure/login";
import { azureCall } from "../../components/azure/rest";
import { CommandError } from "../command";
import { CANCELLED } from "../pulumi";

export interface PurgeOptions {
    readonly token: AzureToken;
    /** Aborted if teardown was interrupted. */
    readonly signal: AbortSignal;
    /** Prints a line for each vault and secret that is purged. */
    readonly log: (line: string) => void;
}

/** Purges what Azure keeps of a destroyed stack, and waits until each name is free. Skips what no longer exists. */
export async function purgeAzure(
    { subscriptionId, vaults, secrets }: AzureKept,
    { token, signal, log }: PurgeOptions,
): Promise<void> {
    for (const { name, resourceGroup, location } of vaults) {
        signal.throwIfAborted();
        const vaultLocation = { subscriptionId, location };
        const found = await findDeletedVault(vaultLocation, name, await token("manager"));
        // A deleted vault of the same name from another resource group belongs to somebody else.
        if (found?.vaultId.toLowerCase().includes(`/resourcegroups/${resourceGroup.toLowerCase()}/`) === true) {
            log(`purging Key Vault ${name}`);
            await withContext(`Key Vault "${name}" is deleted, and Azure keeps it and its name`, async () =>
                purgeVault(vaultLocation, name, { token: await token("manager"), signal }),
            );
        }
    }
    for (const { vault, name } of secrets) {
        signal.throwIfAborted();
        if ((await deletedSecretOwner(vault, name, await token("vault"))) === "this project") {
            log(`purging secret ${name} in Key Vault ${vault}`);
            await withContext(`Key Vault "${vault}" keeps the deleted secret "${name}"`, async () =>
                purgeTestSecret(vault, name, await token("vault")),
            );
        }
    }
}

/**
 * Returns the object id of the app registration with this name; `undefined` if there is none.
 *
 * @throws Error if there are several
 */
export async function findApplication(displayName: string, token: AzureToken): Promise<string | undefined> {
    const filter = encodeURIComponent(`displayName eq '${displayName.replaceAll("'", "''")}'`);
    const url = `https://graph.microsoft.com/v1.0/applications?$filter=${filter}&$select=id`;
    const { body } = await azureCall("GET", url, await token("graph"));
    const { value } = body as { value: { id: string }[] };
    if (value.length > 1) {
        throw new Error(
            `there are ${value.length} app registrations "${displayName}", and an up was interrupted while it ` +
                "created one: delete the one of this stack by hand (az ad app list --display-name) and run teardown " +
                "again",
        );
    }
    return value[0]?.id;
}

async function withContext(what: string, purge: () => Promise<void>): Promise<void> {
    try {
        await purge();
    } catch (error) {
        if ((error as Error).name === "AbortError") {
            throw new CommandError("interrupted while Azure was purging: run teardown again", CANCELLED);
        }
        throw new Error(
            `${what}: ${(error as Error).message}. docs/teardown.md lists the required permission; with purge ` +
                "protection, wait until the retention period ends and run teardown again",
            { cause: error },
        );
    }
}
