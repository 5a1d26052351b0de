import type { Advice } from "../errorAdvice";

/** What Vault's errors mean here. */
export const vaultAdvices: readonly Advice[] = [
    {
        // The provider leaves out what Vault answered.
        sign: /error deleting AppRole auth backend role SecretID/,
        say: ({ oldInputs }) =>
            `A secret id of AppRole "${String(oldInputs?.roleName)}" could not be destroyed. If it is gone already, since ` +
            "it has ended or somebody has destroyed it, run pulumi up --refresh: that looks first, and goes on from here. " +
            "Else whoever runs Pulumi may not destroy it: docs/vault.md lists what it takes.",
    },
    {
        sign: /Code: 403\. /,
        say: () => "Whoever runs Pulumi lacks a right in Vault: docs/vault.md lists what it takes.",
    },
];
