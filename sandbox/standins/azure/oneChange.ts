import { setTimeout } from "node:timers/promises";
import { AzureError } from "./errors";

/** Duration of a change of a vault. */
const CHANGE_MS = 30;

/** Through Resource Manager, Azure accepts one change of a Key Vault at a time and refuses a concurrent one. */
export class OneChangeAtATime {
    private readonly changing = new Set<string>();

    /** @throws AzureError ConflictError if another change of the vault is in progress */
    async make<T>(vault: string, change: () => T): Promise<T> {
        const name = vault.toLowerCase();
        if (this.changing.has(name)) {
            throw new AzureError(
                409,
                "ConflictError",
                "A conflict occurred that prevented the operation from completing. The operation failed because the Key " +
                    `Vault '${vault}' changed from the point the operation began. This can happen if parallel operations ` +
                    "are being performed on the Key Vault. To prevent this error, serialize the operations so that only " +
                    "one operation is performed on the Key Vault at a time.",
            );
        }
        this.changing.add(name);
        try {
            const result = change();
            await setTimeout(CHANGE_MS);
            return result;
        } finally {
            this.changing.delete(name);
        }
    }
}
