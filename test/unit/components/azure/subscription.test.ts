import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { purgeTestSecret } from "../../../../components/azure/deleted";
import { findAzure, type VaultDeployment } from "../../../../components/azure/subscription";
import { marksOf } from "../../../../components/marks";
import { azureVaultName } from "../../../../components/names";
import { ownerOf } from "../current";
import { azureCaller } from "../mockAnswers";
import { Mocks, settled } from "../mocks";
import { mockNetwork } from "../../mockNetwork";
import { warningsOf } from "../../warnings";

const config = {
    deployment: "solar",
    owner: ownerOf("solar-before", "first"),
    resourceGroup: "sandbox-group",
    createVault: false,
    authorization: "access-policy",
    shareSecrets: false,
    hasVault: false,
} as const satisfies VaultDeployment;

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
            assert.deepEqual([...found.vaults], [["solar", { name: "policies", create: undefined, isNew: false }]]);
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
        const own = marksOf(config.owner, false);
        const anothers = (shares: boolean) => marksOf(ownerOf("lunar", "production"), shares);
        const kept = (vaultGroup: string, tags?: object) => ({
            properties: { vaultId: `${group}/${vaultGroup}/providers/Microsoft.KeyVault/vaults/${name}`, tags },
        });
        const deleted = (status: number, body: object) => {
            const location = `/subscriptions/${subscriptionId}/providers/Microsoft.KeyVault/locations/westeurope`;
            azure()
                .get("https://management.azure.com")
                .intercept({
                    path: `${location}/deletedVaults/${name}?api-version=2026-02-01`,
                    headers: { authorization: "Bearer access-token-of-test" },
                })
                .reply(status, body);
        };
        const cases: [what: string, status: number, body: object, recover: boolean, warning: RegExp][] = [
            ["creates it if there is no deleted one", 404, { error: { code: "DeletedVaultNotFound" } }, false, /^$/],
            [
                "recovers a deleted one of this Deployment, and says so",
                200,
                kept("Sandbox-Group", own),
                true,
                /^Azure keeps the deleted Key Vault "af-\S+" of Deployment "solar": pulumi up recovers it, with all the secrets/,
            ],
            [
                "warns if it may not read deleted ones",
                403,
                { error: { code: "AuthorizationFailed" } },
                false,
                /^Cannot check whether Azure keeps a deleted Key Vault .*AuthorizationFailed/,
            ],
        ];
        for (const [what, status, body, recover, warning] of cases) {
            it(`with createVault: ${what}`, async () => {
                deleted(status, body);
                const warnings = await warningsOf(async () => {
                    const { azure: found, problems } = await findAzure([{ ...config, createVault: true }], undefined);
                    assert.deepEqual(problems, []);
                    const create = { location: "westeurope", recover };
                    assert.deepEqual(found.vaults.get("solar"), { name, create, isNew: true });
                });
                assert.match(warnings.join("\n"), warning);
                azure().assertNoPendingInterceptors();
            });
        }

        it("does not recover a deleted vault that is not this Deployment's, and says whose it is", async () => {
            const others: [body: object, whose: RegExp][] = [
                [kept("sandbox-group"), /it does not have this project's tags, so the stack does not recover it/],
                [kept("sandbox-group", { owner: "payments" }), /it does not have this project's tags/],
                [kept("sandbox-group", anothers(true)), /it is Deployment "lunar" of stack \S+\/production's/],
                [kept("other", own), /resourceGroups\/other\//],
            ];
            for (const [body, whose] of others) {
                deleted(200, body);
                const { problems } = await findAzure([{ ...config, createVault: true }], undefined);
                assert.equal(problems.length, 1);
                assert.match(problems[0] ?? "", /^Deployment "solar": Azure keeps a deleted Key Vault "af-/);
                assert.match(problems[0] ?? "", whose);
            }
        });

        it("does not look for a deleted vault if the stack has it", async () => {
            const { azure: found } = await findAzure([{ ...config, createVault: true, hasVault: true }], undefined);
            const create = { location: "westeurope", recover: false };
            assert.deepEqual(found.vaults.get("solar"), { name, create, isNew: false });
        });

        it("refuses an existing vault that was created for another Deployment, unless both share", async () => {
            const problemsWith = async (tags: object | undefined, shareSecrets = false) => {
                const vault = { properties: { enableRbacAuthorization: false }, tags };
                await Mocks.set({ answers: { "azure-native:keyvault:getVault": () => vault } });
                return (await findAzure([{ ...config, vaultName: "v", shareSecrets }], undefined)).problems;
            };
            for (const tags of [undefined, { owner: "payments" }, own]) {
                assert.deepEqual(await problemsWith(tags), []);
            }
            assert.deepEqual(await problemsWith(anothers(true), true), []);
            for (const problems of [
                await problemsWith(anothers(true)),
                await problemsWith(anothers(false)),
                await problemsWith(anothers(false), true),
            ]) {
                assert.equal(problems.length, 1);
                assert.match(
                    problems[0] ?? "",
                    /"solar": Key Vault "v" is Deployment "lunar" of stack \S+\/production's/,
                );
            }
        });

        it("refuses a vault whose generated name another Deployment writes, unless both share", async () => {
            const created = { ...config, createVault: true, hasVault: true };
            const named = { ...config, deployment: "lunar", vaultName: name.toUpperCase() };
            for (const order of [
                [created, named],
                [named, created],
            ]) {
                const { problems } = await findAzure(order, undefined);
                assert.equal(problems.length, 1);
                assert.match(
                    problems[0] ?? "",
                    /^Deployment "lunar": it would read from Key Vault "AF-\S+", as Deployment "solar" does: each could read/,
                );
            }
            const both = [created, named].map((each) => ({ ...each, shareSecrets: true }));
            const { problems } = await findAzure(both, undefined);
            assert.doesNotMatch(problems.join(), /it would read from/);
        });
    });

    describe("purgeTestSecret", () => {
        const path = "/deletedsecrets/s?api-version=7.4";
        const reply = (method: string, status: number, body: object | string = "") => {
            azure().get("https://v.vault.azure.net").intercept({ method, path }).reply(status, body);
        };
        const tags = marksOf(ownerOf(), false);

        it("purges a secret of the Deployment, and waits until its name is free", async () => {
            reply("GET", 200, { tags });
            reply("DELETE", 204);
            reply("GET", 200, { tags });
            reply("GET", 404);
            await purgeTestSecret("v", "s", ownerOf(), "token");
            azure().assertNoPendingInterceptors();
        });

        it("does not purge somebody else's secret", async () => {
            for (const body of [{ tags: { "made-by": "ann" } }, { tags: marksOf(ownerOf("lunar"), false) }, {}]) {
                reply("GET", 200, body);
                await assert.rejects(
                    purgeTestSecret("v", "s", ownerOf(), "token"),
                    /^Error: the deleted secret "s" is not this Deployment's$/,
                );
            }
        });

        it("throws an error with Azure's message and without the token if it may not purge", async () => {
            reply("GET", 200, { tags });
            reply("DELETE", 403, { error: { code: "Forbidden", message: "purge protection is enabled" } });
            await assert.rejects(
                purgeTestSecret("v", "s", ownerOf(), "canary-token"),
                /^Error: DELETE v\.vault\.azure\.net answers 403: Forbidden purge protection is enabled$/,
            );
        });

        it("throws if the response is not Azure's", async () => {
            for (const status of [200, 404]) {
                reply("GET", status, "<html>");
                await assert.rejects(
                    purgeTestSecret("v", "s", ownerOf(), "token"),
                    new RegExp(`^Error: GET v\\.vault\\.azure\\.net answers ${status} with something other than JSON`),
                );
            }
        });

        it("does nothing if there is nothing to purge", async () => {
            reply("GET", 404);
            await purgeTestSecret("v", "s", ownerOf(), "token");
        });
    });
});
