import type { AzureKept } from "../../components/azure/kept";
import { deletedSecretOf, deletedVault, purgeTestSecret, purgeVault } from "../../components/azure/deleted";
import { azureCall } from "../../components/azure/rest";
import { CommandError } from "../command";
import { CANCELLED } from "../pulumi";
import type { AzureToken } from "./azureLogin";

export interface PurgeOptions {
    readonly token: AzureToken;
    /** That it is to stop. */
    readonly signal: AbortSignal;
    /** Told of each thing that is purged. */
    readonly say: (line: string) => void;
}

/** Purges what Azure keeps of a stack that is destroyed, until each name is free. What is gone already is passed over. */
export async function purgeAzure(
    { subscriptionId, vaults, secrets }: AzureKept,
    { token, signal, say }: PurgeOptions,
): Promise<void> {
    for (const { name, resourceGroup, location } of vaults) {
        signal.throwIfAborted();
        const place = { subscriptionId, location };
        const found = await deletedVault(place, name, await token("manager"));
        // A vault of that name that was deleted elsewhere is somebody else's.
        if (found?.vaultId.toLowerCase().includes(`/resourcegroups/${resourceGroup.toLowerCase()}/`) === true) {
            say(`purging Key Vault ${name}`);
            await named(`Key Vault "${name}" is deleted, and Azure keeps it and its name`, async () =>
                purgeVault(place, name, { token: await token("manager"), signal }),
            );
        }
    }
    for (const { vault, name } of secrets) {
        signal.throwIfAborted();
        if ((await deletedSecretOf(vault, name, await token("vault"))) === "this project") {
            say(`purging secret ${name} in Key Vault ${vault}`);
            await named(`Key Vault "${vault}" keeps the deleted secret "${name}"`, async () =>
                purgeTestSecret(vault, name, await token("vault")),
            );
        }
    }
}

/** Object id of the app registration of that name. */
export async function findApplication(displayName: string, token: AzureToken): Promise<string | undefined> {
    const filter = encodeURIComponent(`displayName eq '${displayName.replaceAll("'", "''")}'`);
    const url = `https://graph.microsoft.com/v1.0/applications?$filter=${filter}&$select=id`;
    const { body } = await azureCall("GET", url, await token("graph"));
    const { value } = body as { value: { id: string }[] };
    if (value.length > 1) {
        throw new Error(
            `there are ${value.length} app registrations "${displayName}", and an up broke off while it created one: ` +
                "delete the stack's by hand (az ad app list --display-name) and run teardown again",
        );
    }
    return value[0]?.id;
}

async function named(what: string, purge: () => Promise<void>): Promise<void> {
    try {
        await purge();
    } catch (error) {
        if ((error as Error).name === "AbortError") {
            throw new CommandError("was told to stop while Azure purged: run teardown again", CANCELLED);
        }
        throw new Error(
            `${what}: ${(error as Error).message}. docs/teardown.md says which right it takes; with purge protection, wait ` +
                "until the retention ends and run teardown again",
            { cause: error },
        );
    }
}
