import { setTimeout } from "node:timers/promises";
import { AzureError } from "./errors";

/** How long a change of a vault takes. */
const CHANGE_MS = 30;

/** Through Resource Manager, Azure takes one change of a Key Vault at a time, and refuses another meanwhile. */
export class OneChangeAtATime {
    private readonly changing = new Set<string>();

    /** @throws AzureError where the vault is being changed already */
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
            const made = change();
            await setTimeout(CHANGE_MS);
            return made;
        } finally {
            this.changing.delete(name);
        }
    }
}
