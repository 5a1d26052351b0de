import { setTimeout } from "node:timers/promises";
import { purgeTestSecret } from "./deleted";
import { failedInputs, type ErrorAdvice } from "../errorAdvice";
import type { Owner } from "../owner";

const PERMISSIONS = "docs/azure.md lists the required permissions";
/** How long to wait before the next attempt if somebody else is changing the vault. */
const PAUSE_MS = 2000;
/** Captures the object id of the principal that has the policy. */
const POLICY_EXISTS = /already existing resource "[^"]*\/accessPolicy\/([^"/]+)"/i;
/** The providers' errors when they delete what does not exist. A deleted vault's host name does not resolve. */
const NOT_FOUND = new RegExp(
    [
        "(deleting|removing) .*(Request_ResourceNotFound|No password credential found)",
        "accessPolicies/remove.*ResourceNotFound",
        "lookup \\S+\\.vault\\.azure\\.net.*no such host",
    ].join("|"),
    "is",
);

/**
 * What to do about Azure's errors.
 *
 * @param owner of the Deployment. Only its own deleted test secrets are purged.
 * @param vaultToken for Key Vault. It has to be requested beforehand: after an update has failed elsewhere, the engine
 * no longer answers the program's function calls.
 */
export const azureErrorAdvice = (owner: Owner, vaultToken: string): readonly ErrorAdvice[] => [
    ...softDeleted(owner, vaultToken),
    ...alreadyExists,
    ...changedByOthers,
    ...notAllowed,
];

/** A soft-deleted vault or secret has the name. */
const softDeleted = (owner: Owner, vaultToken: string): readonly ErrorAdvice[] => [
    {
        // The provider looks for a soft-deleted secret with that name, and recovers it if it may.
        matches: /deleted but recoverable|ObjectIsDeletedButRecoverable|failed to recover soft-deleted secret/i,
        message: ({ newInputs }) =>
            `Key Vault "${String(newInputs?.vaultName)}" keeps a deleted secret "${String(newInputs?.secretName)}". ` +
            "Its name cannot be used until it is purged (az keyvault secret purge), or recovered by somebody with " +
            "the secret permission recover. A vault with purge protection keeps it until its retention ends: leave " +
            "out testSecrets until then. Then run pulumi up again: it continues from here.",
        fix: ({ newInputs }) =>
            purgeTestSecret(String(newInputs?.vaultName), String(newInputs?.secretName), owner, vaultToken),
    },
    {
        matches: /exists in deleted state|deleted state.*(recover|purge)/is,
        message: ({ newInputs }) =>
            `Azure keeps a deleted Key Vault "${String(newInputs?.vaultName)}". The stack recovers such a vault if it ` +
            "was created for this Deployment, and if the login may read it " +
            "(Microsoft.KeyVault/locations/deletedVaults/read on the subscription). Recover it by hand (az keyvault " +
            "recover) and set createVault: false, or purge it (az keyvault purge) and run pulumi up again.",
    },
];

/** Something with the name already exists, but is not in this stack's state. */
const alreadyExists: readonly ErrorAdvice[] = [
    {
        matches: /VaultAlreadyExists|vault name .* is already in use/i,
        message: ({ newInputs }) =>
            `The name "${String(newInputs?.vaultName)}" is taken: Key Vault names are unique in all of Azure. Write ` +
            "another vaultName.",
    },
    {
        matches: /already existing resource.*\/secrets\//is,
        message: ({ newInputs }) =>
            `There is a secret "${String(newInputs?.secretName)}" already, but it is not in this stack's state. Its ` +
            "tags say whose it is. If an interrupted pulumi up created it, run pulumi up again with a login that may look " +
            "for it: it imports the secret. If it is somebody else's, give the Deployment another scope, or leave out " +
            "testSecrets.",
    },
    {
        matches: POLICY_EXISTS,
        message: ({ newInputs, errors: [latest = ""] }) => {
            const vault = String(newInputs?.vaultName);
            const [, principal = "…"] = POLICY_EXISTS.exec(latest) ?? [];
            return (
                `Key Vault "${vault}" has an access policy for ${principal} already, but it is not in this stack's ` +
                "state: a recovered vault has its old policies, or an interrupted pulumi up created the policy. " +
                `Delete it (az keyvault delete-policy --name ${vault} --object-id ${principal}) and run pulumi up ` +
                "again: it continues from here."
            );
        },
    },
    {
        matches: /RoleAssignmentExists|already existing resource.*\/roleAssignments\//is,
        message: ({ newInputs }) =>
            `The app has its role on ${String(newInputs?.scope)} already, but the assignment is not in this stack's ` +
            "state: an interrupted pulumi up may have created it. Delete it (az role assignment delete) and run " +
            "pulumi up again: it continues from here.",
    },
    {
        matches: /already existing resource.*\/vaults\//is,
        message: ({ newInputs }) =>
            `There is a Key Vault "${String(newInputs?.vaultName)}" already, but it is not in this stack's state. Its ` +
            "tags say whose it is. If an interrupted pulumi up created it, run pulumi up again with a login that may look " +
            "for it: it imports the vault. If the Deployment is to read from it, set createVault: false and vaultName.",
    },
    {
        matches: /FederatedIdentityCredential with (the )?name .* already exists/i,
        message: ({ newInputs }) =>
            `The app has a federated credential "${String(newInputs?.displayName)}" already, but it is not in this stack's ` +
            "state. If an interrupted pulumi up created it, run pulumi up again with a login that may look for it: it " +
            "imports the federated credential. Otherwise delete it (az ad app federated-credential delete).",
    },
    {
        // A preview reports this error too.
        matches: /existing "azuread_application"/i,
        message: ({ newInputs }) =>
            `There is an app registration "${String(newInputs?.displayName)}" already, but it is not in this stack's ` +
            "state. Its notes say whose it is. If an interrupted pulumi up created it, run pulumi up again with a login " +
            "that may look for it: it imports the app.",
    },
];

/** Somebody else deleted something, or is changing it at the same time. */
const changedByOthers: readonly ErrorAdvice[] = [
    {
        matches: NOT_FOUND,
        message: ({ name }) =>
            `"${name}" no longer exists, but it is still in the state. Run pulumi refresh, and then pulumi up (or ` +
            "pulumi destroy --refresh): it removes what no longer exists from the state, and continues from here.",
    },
    {
        matches: /changed from the point the operation began/i,
        message: (args) =>
            `Somebody else was changing Key Vault "${String(failedInputs(args).vaultName)}" at the same time, and ` +
            "Azure allows one change of a vault at a time. Run pulumi up again: it continues from here.",
        fix: () => setTimeout(PAUSE_MS),
        attempts: 5,
    },
];

/** A permission is missing, a policy forbids it, or a quota is exceeded. */
const notAllowed: readonly ErrorAdvice[] = [
    {
        matches: /RequestDisallowedByPolicy/i,
        message: ({ newInputs }) =>
            `An Azure Policy of your organisation does not allow Key Vault "${String(newInputs?.vaultName)}" as the stack ` +
            "creates it: Azure's message names the policy. If it demands purge protection, write purgeProtection: true. " +
            "If it demands something else, such as a firewall, create the vault yourself, and write its vaultName and " +
            "createVault: false. Then run pulumi up again: it continues from here.",
    },
    {
        matches: /Directory_QuotaExceeded|quota.*exceeded/i,
        message: () =>
            "The quota of app registrations is exceeded: without a directory role, a user or app can create 250 at " +
            "most, and deleted ones count for 30 days. Delete them permanently (az rest --method delete --url " +
            "https://graph.microsoft.com/v1.0/directory/deletedItems/…).",
    },
    {
        matches: /Authorization_RequestDenied|Insufficient privileges/i,
        message: () => `Pulumi's Azure login may not manage this in Microsoft Entra ID: ${PERMISSIONS}.`,
    },
    {
        matches: /does not have secrets \w+ permission|ForbiddenByPolicy|ForbiddenByRbac|Caller is not authorized/i,
        message: () =>
            "Pulumi's Azure login may not delete secrets in the vault, which is required for test secrets " +
            `(testSecrets): ${PERMISSIONS}.`,
    },
    {
        matches: /AuthorizationFailed|does not have authorization to perform action|LinkedAuthorizationFailed/i,
        message: () => `Pulumi's Azure login lacks a role in the subscription: ${PERMISSIONS}.`,
    },
];
