import type { AzureKept } from "../../components/azure/kept";
import {
    deletedSecretHolder,
    findDeletedVault,
    isOwnDeletedVault,
    purgeTestSecret,
    purgeVault,
} from "../../components/azure/deleted";
import type { AzureToken } from "../../components/azure/login";
import { azureCall } from "../../components/azure/rest";
import { isHeldBy } from "../../components/marks";
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
    for (const { name, resourceGroup, location, owner } of vaults) {
        signal.throwIfAborted();
        const vaultLocation = { subscriptionId, location };
        const found = await findDeletedVault(vaultLocation, name, await token("manager"));
        if (found === undefined) {
            continue;
        }
        if (!isOwnDeletedVault(found, resourceGroup, owner)) {
            log(`Azure keeps a deleted Key Vault ${name} that is not this stack's: it is not purged`);
        } else {
            log(`purging Key Vault ${name}`);
            await withContext(`Key Vault "${name}" is deleted, and Azure keeps it and its name`, async () =>
                purgeVault(vaultLocation, name, { token: await token("manager"), signal }),
            );
        }
    }
    for (const { vault, name, owner } of secrets) {
        signal.throwIfAborted();
        const holder = await deletedSecretHolder(vault, name, await token("vault"));
        if (holder === undefined) {
            continue;
        }
        if (!isHeldBy(holder, owner)) {
            log(`Key Vault ${vault} keeps a deleted secret ${name} that is not this stack's: it is not purged`);
        } else {
            log(`purging secret ${name} in Key Vault ${vault}`);
            await withContext(`Key Vault "${vault}" keeps the deleted secret "${name}"`, async () =>
                purgeTestSecret(vault, name, owner, await token("vault")),
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
