import type { ErrorAdvice } from "../errorAdvice";

interface Advice {
    readonly matches: RegExp;
    readonly todo: (error: string) => string;
}

/** What to do about Vault's refusals, by the texts of its answers. The first that matches counts. */
const refusals: readonly Advice[] = [
    {
        matches: /invalid token|bad token/,
        todo: () =>
            "Vault does not accept Pulumi's token: it has expired or was revoked, or belongs to another Vault. Log in again, " +
            "and set VAULT_TOKEN.",
    },
    {
        matches: /Code: 403\. |: 403 /,
        todo: (error) =>
            `Pulumi's Vault token lacks a permission${rightIn(error)}: docs/vault.md lists the required policy.`,
    },
    { matches: /Vault is sealed/i, todo: () => "Unseal Vault (vault operator unseal), and run pulumi up again." },
    {
        matches: /local node not active|standby|not initialized/i,
        todo: () => "This Vault cannot answer now: no node of its cluster is active. Run pulumi up again when one is.",
    },
    {
        matches: /namespace[^\n]*not found|no such namespace/i,
        todo: () => "Vault has no such namespace: correct namespace in the backend.",
    },
    {
        matches: /Invalid path for a versioned K\/V secrets engine/,
        todo: () => "The KV mount has version 2. Write kvVersion: 2, and the mount's path without data/ at its end.",
    },
    {
        matches: /no handler for route|unsupported path|unsupported operation/,
        todo: () =>
            "Vault has no secrets engine or auth method at that path, or another one. Compare mount, kvVersion, authMount " +
            "and namespace with vault secrets list and vault auth list.",
    },
    {
        matches: /check-and-set parameter required/,
        todo: () =>
            "This KV mount requires check-and-set (cas_required), which the test secrets do not support. Remove " +
            "testSecrets: true, and run pulumi up again: it continues from here.",
    },
    {
        matches: /quota exceeded|Code: 429\. |: 429 /,
        todo: () => "A quota of Vault is used up. Run pulumi up again: it continues from here.",
    },
    {
        matches: /local_secret_ids can only be modified during role creation/,
        todo: () =>
            "Vault has an AppRole of this name already, since a moment ago. Is another pulumi up running for a stack of " +
            "this name? Run pulumi preview: it says whose the AppRole is.",
    },
];

/** Returns what to do about an error with Vault's answer; `undefined` if there is nothing to add. */
export function vaultAdvice(error: string): string | undefined {
    return refusals.find(({ matches }) => matches.test(error))?.todo(error);
}

const capabilities: Readonly<Record<string, string>> = {
    GET: "read",
    LIST: "list",
    PUT: '"create" and "update"',
    POST: '"create" and "update"',
    DELETE: "delete",
};

/** Returns the right that an error is about, as a part of a sentence; an empty text if the error does not say it. */
function rightIn(error: string): string {
    const [, method = "", path] =
        /URL: ([A-Z]+) \S+?\/v1\/(\S+)/.exec(error) ?? /answer to ([A-Z]+) (\S+): /.exec(error) ?? [];
    return path === undefined ? "" : ` (${capabilities[method] ?? method} on ${path})`;
}

/** What to do about Vault's errors while resources are created, changed or deleted. */
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
    ...refusals.map(({ matches, todo }) => ({
        matches,
        message: ({ errors: [latest = ""] }: { readonly errors: readonly string[] }) => todo(latest),
    })),
];
