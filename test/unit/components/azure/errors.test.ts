import assert from "node:assert/strict";
import type * as pulumi from "@pulumi/pulumi";
import { azureErrorAdvice } from "../../../../components/azure/errors";
import { adviceMessage } from "../../../../components/errorAdvice";
import { ownerOf } from "../current";

describe("the advice on an error from Azure", () => {
    const cases: [error: string, advice: RegExp][] = [
        [
            'Status=409 Code="ConflictError" Message="A vault with the same name already exists in deleted state. You need to either recover or purge existing key vault."',
            /keeps a deleted Key Vault "v"\. .*az keyvault recover/,
        ],
        [
            'Status=409 Code="VaultAlreadyExists" Message="The vault name \'v\' is already in use."',
            /unique in all of Azure/,
        ],
        [
            'Status=409 Code="Conflict" Message="Secret s is currently in a deleted but recoverable state, and its name cannot be reused"',
            /Key Vault "v" keeps a deleted secret "s"/,
        ],
        [
            "cannot create already existing resource '/subscriptions/1/resourceGroups/g/providers/Microsoft.KeyVault/vaults/v'",
            /There is a Key Vault "v" already/,
        ],
        [
            "cannot create already existing resource '/subscriptions/1/resourceGroups/g/providers/Microsoft.KeyVault/vaults/v/secrets/s'",
            /There is a secret "s" already/,
        ],
        [
            'diffing urn:pulumi:dev::p::azuread:index/application:Application::a: 1 error occurred:\n\t* An existing "azuread_application" with name "a" (ID: "1") was found and `prevent_duplicate_names` was specified. To be managed via Terraform, this resource needs to be imported into the State.\n\n',
            /There is an app registration "a" already/,
        ],
        [
            'Adding federated identity credential for Application (Application: "1"): unexpected status 409 (409 Conflict) with error: Request_MultipleObjectsWithSameKeyValue: FederatedIdentityCredential with name a already exists.',
            /The app has a federated credential "a" already/,
        ],
        [
            'cannot create already existing resource "/subscriptions/1/resourceGroups/g/providers/Microsoft.KeyVault/vaults/v/accessPolicy/1111-22"',
            /Key Vault "v" has an access policy for 1111-22 already.*--name v --object-id 1111-22/,
        ],
        [
            "failed to recover soft-deleted secret s: POST https://v.vault.azure.net/deletedsecrets/s/recover\nRESPONSE 403: 403 Forbidden\nThe user, group or application 'appid=1' does not have secrets recover permission on key vault 'v'",
            /Key Vault "v" keeps a deleted secret "s"/,
        ],
        [
            "cannot create already existing resource '/subscriptions/1/resourceGroups/g/providers/Microsoft.KeyVault/vaults/v/providers/Microsoft.Authorization/roleAssignments/r'",
            /has its role on .* already/,
        ],
        [
            'Status=409 Code="ConflictError" Message="A conflict occurred that prevented the operation from completing. The operation failed because the Key Vault \'v\' changed from the point the operation began."',
            /was changing Key Vault "v" at the same time/,
        ],
        [
            'Status=403 Code="RequestDisallowedByPolicy" Message="Resource \'v\' was disallowed by policy. Policy identifiers: Key vaults should have deletion protection enabled"',
            /Azure Policy .* Key Vault "v".*write purgeProtection: true/,
        ],
        [
            "Authorization_RequestDenied: Insufficient privileges to complete the operation.",
            /Entra ID: docs\/azure\.md/,
        ],
        [
            "The user, group or application 'appid=1' does not have secrets delete permission on key vault 'v'",
            /may not delete secrets in the vault/,
        ],
        [
            "Status=403 Code=\"AuthorizationFailed\" Message=\"The client '1' does not have authorization to perform action 'x' over scope 'y'\"",
            /lacks a role in the subscription: docs\/azure\.md/,
        ],
    ];
    for (const [error, advice] of cases) {
        it(`exists for ${error.slice(0, 70)}…`, () => {
            const args = { newInputs: { vaultName: "v", secretName: "s", displayName: "a" }, errors: [error] };
            assert.match(
                adviceMessage(azureErrorAdvice(ownerOf(), "token"), args as unknown as pulumi.ErrorHookArgs) ?? "",
                advice,
            );
        });
    }

    const notFound: [what: string, error: string][] = [
        [
            "an app registration",
            "deleting urn:x: 1 error occurred:\n\t* [id] deleting Application (Application: \"1\"): unexpected status 404 (404 Not Found) with error: Request_ResourceNotFound: Resource '1' does not exist\n\n",
        ],
        [
            "a client secret",
            'deleting urn:x: 1 error occurred:\n\t* Removing password credential "2" from Application (Application: "1"): unexpected status 400 (400 Bad Request) with error: Request_BadRequest: No password credential found with keyId.\n\n',
        ],
        [
            "a federated credential",
            'deleting urn:x: 1 error occurred:\n\t* Removing Application Id Federated Identity Credential (Application: "1"\nFederated Identity Credential: "2"): unexpected status 404 (404 Not Found) with error: Request_ResourceNotFound: Resource \'2\' does not exist\n\n',
        ],
        [
            "a client secret of a deleted app",
            'deleting urn:x: 1 error occurred:\n\t* Removing password credential "2" from Application (Application: "1"): unexpected status 404 (404 Not Found) with error: Request_ResourceNotFound: Resource \'1\' does not exist\n\n',
        ],
        [
            "an access policy in a deleted vault",
            "PUT https://management.azure.com/subscriptions/1/resourceGroups/g/providers/Microsoft.KeyVault/vaults/v/accessPolicies/remove\n---\nRESPONSE 404: 404 Not Found\nERROR CODE: ResourceNotFound\n---",
        ],
        [
            "a secret in a deleted vault",
            'Delete "https://v.vault.azure.net/secrets/s?api-version=7.6": dial tcp: lookup v.vault.azure.net on 10.0.0.1:53: no such host',
        ],
    ];
    for (const [what, error] of notFound) {
        it(`says how to continue if it cannot delete what no longer exists: ${what}`, () => {
            const args = { name: "x", oldInputs: {}, failedOperation: "delete", errors: [error] };
            const advice = adviceMessage(azureErrorAdvice(ownerOf(), "token"), args as unknown as pulumi.ErrorHookArgs);
            assert.match(advice ?? "", /^"x" no longer exists.* pulumi refresh, and then pulumi up/);
        });
    }
});
