import { purgeTestSecret } from "./azureDeleted";
import type { Advice } from "./errorAdvice";

const ROLES = "docs/azure.md lists what it takes";

/**
 * What Azure's errors mean here. `vaultToken` is one for Key Vault, asked for beforehand: while an update is failing
 * elsewhere, the engine answers no more questions of the program's.
 */
export const azureAdvices = (vaultToken: string): readonly Advice[] => [...kept(vaultToken), ...taken, ...refused];

/** A deleted vault or secret, which Azure keeps, holds the name. */
const kept = (vaultToken: string): readonly Advice[] => [
    {
        sign: /deleted but recoverable|ObjectIsDeletedButRecoverable/i,
        say: ({ newInputs }) =>
            `Key Vault "${String(newInputs?.vaultName)}" keeps a deleted secret "${String(newInputs?.secretName)}" from ` +
            "an earlier time, and the name is taken until it is purged (az keyvault secret purge). A vault with purge " +
            "protection keeps it until its retention ends: leave out testSecrets until then. Then run pulumi up again: " +
            "it goes on from here.",
        mend: ({ newInputs }) =>
            purgeTestSecret(String(newInputs?.vaultName), String(newInputs?.secretName), vaultToken),
    },
    {
        sign: /exists in deleted state|deleted state.*(recover|purge)/is,
        say: ({ newInputs }) =>
            `Azure keeps a deleted Key Vault "${String(newInputs?.vaultName)}". The stack recovers such a vault when it ` +
            "may see it (Microsoft.KeyVault/locations/deletedVaults/read on the subscription). Recover it by hand (az " +
            "keyvault recover) and set createVault: false, or purge it (az keyvault purge) and run pulumi up again.",
    },
];

/** Something that is not in this stack's state has the name already. */
const taken: readonly Advice[] = [
    {
        sign: /VaultAlreadyExists|vault name .* is already in use/i,
        say: ({ newInputs }) =>
            `The name "${String(newInputs?.vaultName)}" is taken: the names of Key Vaults are one namespace for all of ` +
            "Azure. Write another vaultName.",
    },
    {
        sign: /already existing resource.*\/secrets\//is,
        say: ({ newInputs }) =>
            `There is a secret "${String(newInputs?.secretName)}" already, which is not in this stack's state. If an ` +
            "earlier pulumi up that broke off made it, delete it and run pulumi up again: it goes on from here. If it is " +
            "somebody else's, give the Deployment another scope, or leave out testSecrets.",
    },
    {
        sign: /access policy for \S+ already exists/i,
        say: ({ newInputs, errors: [latest = ""] }) => {
            const vault = String(newInputs?.vaultName);
            const [, principal = "…"] = /access policy for (\S+) already exists/i.exec(latest) ?? [];
            return (
                `Key Vault "${vault}" has an access policy for ${principal} already, which is not in this stack's state: ` +
                "a vault that was deleted and recovered brings its policies back, and an earlier pulumi up that broke off " +
                `may have made it. Take it away (az keyvault delete-policy --name ${vault} --object-id ${principal}) and run ` +
                "pulumi up again: it goes on from here."
            );
        },
    },
    {
        sign: /RoleAssignmentExists|already existing resource.*\/roleAssignments\//is,
        say: ({ newInputs }) =>
            `The app has its role on ${String(newInputs?.scope)} already, which is not in this stack's state: an earlier ` +
            "pulumi up that broke off may have assigned it. Take it away (az role assignment delete) and run pulumi up " +
            "again: it goes on from here.",
    },
    {
        sign: /already existing resource.*\/vaults\//is,
        say: ({ newInputs }) =>
            `There is a Key Vault "${String(newInputs?.vaultName)}" already, which is not in this stack's state. If it is ` +
            "the Deployment's own, set createVault: false and name it; if an earlier pulumi up that broke off made it, " +
            "delete it and run pulumi up again: it goes on from here.",
    },
    {
        sign: /existing application|already exists.*azuread_application/is,
        say: ({ newInputs }) =>
            `There is an app registration "${String(newInputs?.displayName)}" already, which is not in this stack's ` +
            "state. If an earlier pulumi up that broke off made it (az ad app list --display-name says when), delete it " +
            "and run pulumi up again: it goes on from here.",
    },
];

/** A right or room is missing. */
const refused: readonly Advice[] = [
    {
        sign: /Directory_QuotaExceeded|quota.*exceeded/i,
        say: () =>
            "The directory has no room for another app registration: a person or app may make 250 at most unless it has " +
            "a directory role, and deleted ones count for 30 days (az rest --method delete --url " +
            "https://graph.microsoft.com/v1.0/directory/deletedItems/…).",
    },
    {
        sign: /Authorization_RequestDenied|Insufficient privileges/i,
        say: () => `Whoever runs Pulumi may not manage this in Microsoft Entra ID: ${ROLES}.`,
    },
    {
        sign: /does not have secrets \w+ permission|ForbiddenByPolicy|ForbiddenByRbac|Caller is not authorized/i,
        say: () =>
            "Whoever runs Pulumi may not delete secrets in the vault, which it takes for the test secrets (testSecrets): " +
            `${ROLES}.`,
    },
    {
        sign: /AuthorizationFailed|does not have authorization to perform action|LinkedAuthorizationFailed/i,
        say: () => `Whoever runs Pulumi lacks a role in the subscription: ${ROLES}.`,
    },
];
