import { groupBy } from "../../lib/groupBy";

export interface VaultReader {
    readonly deployment: string;
    /** Name of its Key Vault, also of one whose name was generated. */
    readonly vault: string;
    readonly createVault: boolean;
    readonly shareSecrets: boolean;
}

/**
 * Finds Deployments that read from the same Key Vault although not both of them share their secrets. The check of the
 * config does not know the names that are generated.
 *
 * @returns problems by Deployment: of two, the one that does not create the vault
 */
export function vaultOverlaps(readers: readonly VaultReader[]): ReadonlyMap<string, string> {
    const problems = new Map<string, string>();
    for (const [, members] of groupBy(readers, ({ vault }) => vault.toLowerCase())) {
        if (members.every(({ shareSecrets }) => shareSecrets)) {
            continue;
        }
        const [first, ...others] = members.sort((a, b) => Number(b.createVault) - Number(a.createVault));
        for (const { deployment, vault } of others) {
            problems.set(
                deployment,
                `it would read from Key Vault "${vault}", as Deployment "${first?.deployment ?? ""}" does: each could read ` +
                    "the other's secrets. Give it a vault of its own, or set shareSecrets: true in both",
            );
        }
    }
    return problems;
}
