import assert from "node:assert/strict";
import type * as pulumi from "@pulumi/pulumi";
import { azureAdvices } from "../../../components/azureErrors";
import { adviceOn } from "../../../components/errorAdvice";

describe("the advice on an error of Azure's", () => {
    const cases: [error: string, advice: RegExp][] = [
        [
            'Status=409 Code="ConflictError" Message="A vault with the same name already exists in deleted state. You need to either recover or purge existing key vault."',
            /keeps a deleted Key Vault "v"\. .*az keyvault recover/,
        ],
        [
            'Status=409 Code="VaultAlreadyExists" Message="The vault name \'v\' is already in use."',
            /one namespace for all of Azure/,
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
            'existing Application with name "a" (AppID: "1") was found and `prevent_duplicate_names` was specified',
            /There is an app registration "a" already/,
        ],
        [
            "access policy for 1111-22 already exists",
            /Key Vault "v" has an access policy for 1111-22 already.*--name v --object-id 1111-22/,
        ],
        [
            "cannot create already existing resource '/subscriptions/1/resourceGroups/g/providers/Microsoft.KeyVault/vaults/v/providers/Microsoft.Authorization/roleAssignments/r'",
            /has its role on .* already/,
        ],
        [
            'A resource with the name "a" already exists. Please see the resource documentation for "azuread_application".',
            /There is an app registration "a" already/,
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
        it(`is there for ${error.slice(0, 70)}…`, () => {
            const args = { newInputs: { vaultName: "v", secretName: "s", displayName: "a" }, errors: [error] };
            assert.match(adviceOn(azureAdvices("token"), args as unknown as pulumi.ErrorHookArgs) ?? "", advice);
        });
    }
});
