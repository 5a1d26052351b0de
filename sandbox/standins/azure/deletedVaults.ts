import type { Reply } from "../jsonServer";
import type { Caller } from "./entra";
import { AzureError } from "./errors";
import { authorize } from "./roles";
import type { AzureStore, Vault } from "./state";
import { RETENTION_DAYS, vaultId } from "./vaults";

/** The Key Vaults that are deleted and kept. */
export class DeletedVaults {
    constructor(private readonly store: AzureStore) {}

    get(caller: Caller, location: string, name: string): object {
        const { subscriptionId } = this.store.state;
        const scope = `/subscriptions/${subscriptionId}`;
        authorize(this.store, caller, "Microsoft.KeyVault/locations/deletedVaults/read", scope);
        const vault = this.findDeleted(location, name);
        const deletionDate = vault.deleted ?? "";
        const scheduledPurgeDate = new Date(Date.parse(deletionDate) + RETENTION_DAYS * 86_400_000).toISOString();
        return {
            id: `${scope}/providers/Microsoft.KeyVault/locations/${location}/deletedVaults/${vault.name}`,
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

    /** Takes its time: the answer says where to ask for its end. */
    purge(caller: Caller, location: string, name: string): Reply {
        const scope = `/subscriptions/${this.store.state.subscriptionId}`;
        authorize(this.store, caller, "Microsoft.KeyVault/locations/deletedVaults/purge/action", scope);
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
        const operation = `${scope}/providers/Microsoft.KeyVault/locations/${location}/operationResults/${name}?api-version=2023-07-01`;
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
