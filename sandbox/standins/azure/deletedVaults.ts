import type { Reply } from "../jsonServer";
import type { Caller } from "./entra";
import { AzureError } from "./errors";
import { authorize } from "./roles";
import type { AzureStore, Vault } from "./state";
import { RETENTION_DAYS, vaultId } from "./vaults";

/** The soft-deleted Key Vaults. */
export class DeletedVaults {
    constructor(private readonly store: AzureStore) {}

    list(caller: Caller): object {
        authorize(this.store, caller, "Microsoft.KeyVault/deletedVaults/read", this.scope);
        const deleted = Object.values(this.store.state.vaults).filter((vault) => vault.deleted !== undefined);
        return { value: deleted.map((vault) => this.show(vault)) };
    }

    get(caller: Caller, location: string, name: string): object {
        authorize(this.store, caller, "Microsoft.KeyVault/locations/deletedVaults/read", this.scope);
        return this.show(this.findDeleted(location, name));
    }

    private get scope(): string {
        return `/subscriptions/${this.store.state.subscriptionId}`;
    }

    private show(vault: Vault): object {
        const { location, deleted: deletionDate = "" } = vault;
        const scheduledPurgeDate = new Date(Date.parse(deletionDate) + RETENTION_DAYS * 86_400_000).toISOString();
        return {
            id: `${this.scope}/providers/Microsoft.KeyVault/locations/${location}/deletedVaults/${vault.name}`,
            name: vault.name,
            type: "Microsoft.KeyVault/deletedVaults",
            properties: {
                vaultId: vaultId(this.store, vault),
                location,
                deletionDate,
                scheduledPurgeDate,
                tags: vault.tags,
            },
        };
    }

    /** Purges as a long-running operation: the answer has the URL to poll for its result. */
    purge(caller: Caller, location: string, name: string): Reply {
        authorize(this.store, caller, "Microsoft.KeyVault/locations/deletedVaults/purge/action", this.scope);
        const vault = this.findDeleted(location, name);
        if (vault.purgeProtection) {
            throw new AzureError(
                409,
                "DeletedVaultPurge",
                `Operation 'DeletedVaultPurge' is not allowed: '${name}' has purge protection.`,
            );
        }
        Reflect.deleteProperty(this.store.state.vaults, name.toLowerCase());
        this.store.save();
        const operation = `${this.scope}/providers/Microsoft.KeyVault/locations/${location}/operationResults/${name}?api-version=2023-07-01`;
        return { status: 202, headers: { location: `https://management.azure.com${operation}`, "retry-after": "0" } };
    }

    private findDeleted(location: string, name: string): Vault {
        const vault = this.store.state.vaults[name.toLowerCase()];
        if (vault?.deleted === undefined || vault.location !== location) {
            throw new AzureError(404, "DeletedVaultNotFound", `The specified deleted vault '${name}' does not exist.`);
        }
        return vault;
    }
}
