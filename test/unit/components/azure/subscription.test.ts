import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { getGlobalDispatcher, MockAgent, setGlobalDispatcher } from "undici";
import { purgeTestSecret } from "../../../../components/azure/deleted";
import { findAzure, type AzureVaultPlan } from "../../../../components/azure/subscription";
import { azureVaultName } from "../../../../components/names";
import { azureCaller, Mocks, settled } from "../mocks";

const plan = {
    deployment: "solar",
    resourceGroup: "sandbox-group",
    createVault: false,
    authorization: "access-policy",
} as const satisfies AzureVaultPlan & { deployment: string };

describe("what is asked of Azure", () => {
    const network = getGlobalDispatcher();
    const { HTTPS_PROXY } = process.env;
    let azure: MockAgent;

    before(() => {
        delete process.env.HTTPS_PROXY;
    });
    after(() => {
        if (HTTPS_PROXY !== undefined) process.env.HTTPS_PROXY = HTTPS_PROXY;
    });
    beforeEach(async () => {
        azure = new MockAgent();
        azure.disableNetConnect();
        setGlobalDispatcher(azure);
        await Mocks.set({ azureVaults: { policies: "access-policy", roles: "rbac" } });
    });
    afterEach(async () => {
        await settled();
        await azure.close();
        setGlobalDispatcher(network);
    });

    describe("before anything is made", () => {
        it("gives the login and each Deployment's vault", async () => {
            const { azure: found, problems } = await findAzure([{ ...plan, vaultName: "policies" }], undefined);
            assert.deepEqual(problems, []);
            const { tenantId, subscriptionId, objectId: operatorId } = azureCaller;
            assert.deepEqual(found.login, { tenantId, subscriptionId, operatorId, vaultToken: "access-token-of-test" });
            assert.deepEqual([...found.vaults], [["solar", { name: "policies", create: undefined }]]);
        });

        it("ends a program that is logged in to another subscription", async () => {
            await assert.rejects(findAzure([], "00000000-0000-0000-0000-000000000000"), (error) => {
                assert.ok(pulumi.RunError.isInstance(error));
                assert.match(
                    error.message,
                    /subscription 11112222-.*, but azureSubscriptionId in Pulumi\.dev\.yaml is 0000.*Nothing was changed/,
                );
                return true;
            });
        });

        it("tells of every vault that is set up the other way or is not there, each with what to write", async () => {
            const { problems } = await findAzure(
                [
                    { ...plan, vaultName: "roles" },
                    { ...plan, deployment: "lunar", vaultName: "policies", authorization: "rbac" },
                    { ...plan, deployment: "amber", vaultName: "nowhere" },
                    { ...plan, deployment: "jade", createVault: true, resourceGroup: "no-group" },
                ],
                undefined,
            );
            const expected = [
                /^Deployment "solar": backend\.authorization is access-policy, but Key Vault "roles" is set up for rbac: write authorization: rbac/,
                /^Deployment "lunar": backend\.authorization is rbac, but Key Vault "policies" is set up for access-policy/,
                /^Deployment "amber": cannot look at Key Vault "nowhere" in resource group "sandbox-group": .*write createVault: true/,
                /^Deployment "jade": cannot look at resource group "no-group": .*It has to be there/,
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
        const name = azureVaultName(subscriptionId, "airflow-secrets-backends", "dev", "solar");
        const group = `/subscriptions/${subscriptionId}/resourceGroups`;
        const kept = (vaultGroup: string) => ({
            properties: { vaultId: `${group}/${vaultGroup}/providers/Microsoft.KeyVault/vaults/${name}` },
        });
        const cases: [what: string, status: number, body: object, recover: boolean][] = [
            ["creates one where none is kept", 404, { error: { code: "DeletedVaultNotFound" } }, false],
            ["recovers one that is kept", 200, kept("Sandbox-Group"), true],
            ["leaves another resource group's alone", 200, kept("other"), false],
            ["goes on where it may not look, with a warning", 403, { error: { code: "AuthorizationFailed" } }, false],
        ];
        for (const [what, status, body, recover] of cases) {
            it(`of a vault to be created: ${what}`, async () => {
                azure
                    .get("https://management.azure.com")
                    .intercept({
                        path: `/subscriptions/${subscriptionId}/providers/Microsoft.KeyVault/locations/westeurope/deletedVaults/${name}?api-version=2023-07-01`,
                        headers: { authorization: "Bearer access-token-of-test" },
                    })
                    .reply(status, body);
                const { azure: found, problems } = await findAzure([{ ...plan, createVault: true }], undefined);
                assert.deepEqual(problems, []);
                assert.deepEqual(found.vaults.get("solar"), { name, create: { location: "westeurope", recover } });
                azure.assertNoPendingInterceptors();
            });
        }
    });

    describe("purgeTestSecret", () => {
        const path = "/deletedsecrets/s?api-version=7.4";
        const reply = (method: string, status: number, body: object | string = "") => {
            azure.get("https://v.vault.azure.net").intercept({ method, path }).reply(status, body);
        };
        const tags = { "made-by": "airflow-secrets-backends" };

        it("purges what this project wrote, and waits until the name is free", async () => {
            reply("GET", 200, { tags });
            reply("DELETE", 204);
            reply("GET", 200, { tags });
            reply("GET", 404);
            await purgeTestSecret("v", "s", "token");
            azure.assertNoPendingInterceptors();
        });

        it("leaves somebody else's alone", async () => {
            reply("GET", 200, { tags: { "made-by": "ann" } });
            await assert.rejects(purgeTestSecret("v", "s", "token"), /none that this project has written/);
            reply("GET", 200, {});
            await assert.rejects(purgeTestSecret("v", "s", "token"), /none that this project has written/);
        });

        it("says what Azure says where it may not, and nothing of the token", async () => {
            reply("GET", 200, { tags });
            reply("DELETE", 403, { error: { code: "Forbidden", message: "purge protection is enabled" } });
            await assert.rejects(
                purgeTestSecret("v", "s", "canary-token"),
                /^Error: DELETE v\.vault\.azure\.net answers 403: Forbidden purge protection is enabled$/,
            );
        });

        it("takes a page that is no answer of Azure's neither for the secret nor for its absence", async () => {
            for (const status of [200, 404]) {
                reply("GET", status, "<html>");
                await assert.rejects(
                    purgeTestSecret("v", "s", "token"),
                    new RegExp(`^Error: GET v\\.vault\\.azure\\.net answers ${status} with something other than JSON`),
                );
            }
        });

        it("is content where there is nothing to purge", async () => {
            reply("GET", 404);
            await purgeTestSecret("v", "s", "token");
        });
    });
});
