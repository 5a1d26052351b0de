import type { ErrorAdvice } from "../errorAdvice";

/** What to do about Vault's errors. */
export const vaultErrorAdvice: readonly ErrorAdvice[] = [
    {
        // The provider's error does not contain Vault's response.
        matches: /error deleting AppRole auth backend role SecretID/,
        message: ({ oldInputs }) =>
            `A secret id of AppRole "${String(oldInputs?.roleName)}" could not be destroyed. If it no longer exists, ` +
            "because it has expired or somebody has destroyed it, run pulumi refresh, and then pulumi up: it " +
            "continues from here. Otherwise Pulumi's Vault token may not destroy it: docs/vault.md lists the " +
            "required policy.",
    },
    {
        matches: /Code: 403\. /,
        message: () => "Pulumi's Vault token lacks a permission: docs/vault.md lists the required policy.",
    },
];
