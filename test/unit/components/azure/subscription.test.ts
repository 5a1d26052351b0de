import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { purgeTestSecret } from "../../../../components/azure/deleted";
import { findAzure, type AzureVaultConfig } from "../../../../components/azure/subscription";
import { azureVaultName } from "../../../../components/names";
import type { Owner } from "../../../../components/owner";
import { ownerOf } from "../current";
import { azureCaller } from "../mockAnswers";
import { Mocks, settled } from "../mocks";
import { mockNetwork } from "../../mockNetwork";

const config = {
    deployment: "solar",
    owner: ownerOf("solar-before", "first"),
    resourceGroup: "sandbox-group",
    createVault: false,
    authorization: "access-policy",
} as const satisfies AzureVaultConfig & { deployment: string; owner: Owner };

describe("calls of Azure", () => {
    const azure = mockNetwork(settled);
    beforeEach(async () => {
        await Mocks.set({ azureVaults: { policies: "access-policy", roles: "rbac" } });
    });

    describe("findAzure", () => {
        it("returns the login and each Deployment's vault", async () => {
            const { azure: found, problems } = await findAzure([{ ...config, vaultName: "policies" }], undefined);
            assert.deepEqual(problems, []);
            const { tenantId, subscriptionId, objectId: operatorId } = azureCaller;
            assert.deepEqual(found.login, { tenantId, subscriptionId, operatorId, vaultToken: "access-token-of-test" });
            assert.deepEqual([...found.vaults], [["solar", { name: "policies", create: undefined }]]);
        });

        it("throws if Pulumi is logged in to another subscription", async () => {
            await assert.rejects(findAzure([], "00000000-0000-0000-0000-000000000000"), (error) => {
                assert.ok(pulumi.RunError.isInstance(error));
                assert.match(
                    error.message,
                    /subscription 11112222-.*, but azureSubscriptionId in Pulumi\.dev\.yaml is 0000.*Nothing was changed/,
                );
                return true;
            });
        });

        it("reports each missing vault and each with the other permission model, with what to write", async () => {
            const { problems } = await findAzure(
                [
                    { ...config, vaultName: "roles" },
                    { ...config, deployment: "lunar", vaultName: "policies", authorization: "rbac" },
                    { ...config, deployment: "amber", vaultName: "nowhere" },
                    { ...config, deployment: "jade", createVault: true, resourceGroup: "no-group" },
                ],
                undefined,
            );
            const expected = [
                /^Deployment "solar": backend\.authorization is access-policy, but Key Vault "roles" is set up for rbac: write authorization: rbac/,
                /^Deployment "lunar": backend\.authorization is rbac, but Key Vault "policies" is set up for access-policy/,
                /^Deployment "amber": cannot read Key Vault "nowhere" in resource group "sandbox-group": .*write createVault: true/,
                /^Deployment "jade": cannot read resource group "no-group": .*It has to exist/,
            ];
            assert.equal(problems.length, expected.length);
            for (const each of expected) {
                assert.ok(
                    problems.some((problem) => each.test(problem)),
                    `${String(each)} in ${problems.join("\n")}`,
                );
            }
        });

        const { subscriptionId } = azureCaller;
        const name = azureVaultName(subscriptionId, config.owner, config.resourceGroup);
        const group = `/subscriptions/${subscriptionId}/resourceGroups`;
        const kept = (vaultGroup: string) => ({
            properties: { vaultId: `${group}/${vaultGroup}/providers/Microsoft.KeyVault/vaults/${name}` },
        });
        const cases: [what: string, status: number, body: object, recover: boolean][] = [
            ["creates it if there is no deleted one", 404, { error: { code: "DeletedVaultNotFound" } }, false],
            ["recovers a deleted one", 200, kept("Sandbox-Group"), true],
            ["does not recover one of another resource group", 200, kept("other"), false],
            ["warns if it may not read deleted ones", 403, { error: { code: "AuthorizationFailed" } }, false],
        ];
        for (const [what, status, body, recover] of cases) {
            it(`with createVault: ${what}`, async () => {
                azure()
                    .get("https://management.azure.com")
                    .intercept({
                        path: `/subscriptions/${subscriptionId}/providers/Microsoft.KeyVault/locations/westeurope/deletedVaults/${name}?api-version=2023-07-01`,
                        headers: { authorization: "Bearer access-token-of-test" },
                    })
                    .reply(status, body);
                const { azure: found, problems } = await findAzure([{ ...config, createVault: true }], undefined);
                assert.deepEqual(problems, []);
                assert.deepEqual(found.vaults.get("solar"), { name, create: { location: "westeurope", recover } });
                azure().assertNoPendingInterceptors();
            });
        }
    });

    describe("purgeTestSecret", () => {
        const path = "/deletedsecrets/s?api-version=7.4";
        const reply = (method: string, status: number, body: object | string = "") => {
            azure().get("https://v.vault.azure.net").intercept({ method, path }).reply(status, body);
        };
        const tags = { "made-by": "airflow-secrets-backends" };

        it("purges a secret that this project created, and waits until its name is free", async () => {
            reply("GET", 200, { tags });
            reply("DELETE", 204);
            reply("GET", 200, { tags });
            reply("GET", 404);
            await purgeTestSecret("v", "s", "token");
            azure().assertNoPendingInterceptors();
        });

        it("does not purge somebody else's secret", async () => {
            reply("GET", 200, { tags: { "made-by": "ann" } });
            await assert.rejects(purgeTestSecret("v", "s", "token"), /was not created by this project/);
            reply("GET", 200, {});
            await assert.rejects(purgeTestSecret("v", "s", "token"), /was not created by this project/);
        });

        it("throws an error with Azure's message and without the token if it may not purge", async () => {
            reply("GET", 200, { tags });
            reply("DELETE", 403, { error: { code: "Forbidden", message: "purge protection is enabled" } });
            await assert.rejects(
                purgeTestSecret("v", "s", "canary-token"),
                /^Error: DELETE v\.vault\.azure\.net answers 403: Forbidden purge protection is enabled$/,
            );
        });

        it("throws if the response is not Azure's", async () => {
            for (const status of [200, 404]) {
                reply("GET", status, "<html>");
                await assert.rejects(
                    purgeTestSecret("v", "s", "token"),
                    new RegExp(`^Error: GET v\\.vault\\.azure\\.net answers ${status} with something other than JSON`),
                );
            }
        });

        it("does nothing if there is nothing to purge", async () => {
            reply("GET", 404);
            await purgeTestSecret("v", "s", "token");
        });
    });
});
