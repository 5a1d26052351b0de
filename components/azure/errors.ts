import { setTimeout } from "node:timers/promises";
import { purgeTestSecret } from "./deleted";
import { inputsOf, type Advice } from "../errorAdvice";

const ROLES = "docs/azure.md lists what it takes";
/** How long to leave a vault alone that somebody else is changing. */
const PAUSE_MS = 2000;
/** With the object id of whose policy it is. */
const POLICY_EXISTS = /already existing resource "[^"]*\/accessPolicy\/([^"/]+)"/i;
/** What the providers say who are to delete a thing that is not there; a vault that is gone has no address any more. */
const GONE = new RegExp(
    [
        "(deleting|removing) .*(Request_ResourceNotFound|No password credential found)",
        "accessPolicies/remove.*ResourceNotFound",
        "lookup \\S+\\.vault\\.azure\\.net.*no such host",
    ].join("|"),
    "is",
);

/**
 * What Azure's errors mean here. `vaultToken` is one for Key Vault, asked for beforehand: while an update is failing
 * elsewhere, the engine answers no more questions of the program's.
 */
export const azureAdvices = (vaultToken: string): readonly Advice[] => [
    ...kept(vaultToken),
    ...taken,
    ...byOthers,
    ...refused,
];

/** A deleted vault or secret, which Azure keeps, holds the name. */
const kept = (vaultToken: string): readonly Advice[] => [
    {
        // The provider asks the vault for a deleted secret of that name, and recovers it where it may.
        sign: /deleted but recoverable|ObjectIsDeletedButRecoverable|failed to recover soft-deleted secret/i,
        say: ({ newInputs }) =>
            `Key Vault "${String(newInputs?.vaultName)}" keeps a deleted secret "${String(newInputs?.secretName)}" from ` +
            "an earlier time, and the name is taken until it is purged (az keyvault secret purge), or recovered by whoever " +
            "has the secret permission recover. A vault with purge protection keeps it until its retention ends: leave " +
            "out testSecrets until then. Then run pulumi up again: it goes on from here.",
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
        sign: POLICY_EXISTS,
        say: ({ newInputs, errors: [latest = ""] }) => {
            const vault = String(newInputs?.vaultName);
            const [, principal = "…"] = POLICY_EXISTS.exec(latest) ?? [];
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
        // It comes in the preview already.
        sign: /existing "azuread_application"/i,
        say: ({ newInputs }) =>
            `There is an app registration "${String(newInputs?.displayName)}" already, which is not in this stack's ` +
            "state. If an earlier pulumi up that broke off made it (az ad app list --display-name says when), delete it " +
            "and run pulumi up again: it goes on from here.",
    },
];

/** Somebody else's doing: what they took away, or change in the same moment. */
const byOthers: readonly Advice[] = [
    {
        sign: GONE,
        say: ({ name }) =>
            `"${name}" is gone already, which the state does not know. Run pulumi up --refresh (or pulumi destroy ` +
            "--refresh): it takes out of the state what is gone, and goes on from here.",
    },
    {
        sign: /changed from the point the operation began/i,
        say: (args) =>
            `Somebody else was changing Key Vault "${String(inputsOf(args).vaultName)}" at the same time, and Azure takes ` +
            "one change of a vault at a time. Run pulumi up again: it goes on from here.",
        mend: () => setTimeout(PAUSE_MS),
        tries: 5,
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
