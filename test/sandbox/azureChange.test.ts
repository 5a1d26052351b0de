import assert from "node:assert/strict";
import { AzureSubscription, azureLoginIn } from "./azure";
import { Harness, lineOf } from "./harness";

const INDIGO = "indigo-pulsar-1618";
const JADE = "jade-eclipse-5772";
const VARIABLE = `${INDIGO}-airflow-variables-verify-variable`;
const VAULT = "https://vault.azure.net";

describe("a changed config of an Azure backend", function () {
    this.timeout(600_000);
    this.slow(60_000);
    let harness: Harness;
    let azure: AzureSubscription;

    before(async () => {
        harness = await Harness.openAttached(INDIGO, JADE);
        azure = await AzureSubscription.open(harness.sandbox);
    });
    after(async () => {
        await azure.close();
        await harness.close();
    });

    async function edit(backend: Record<string, unknown>, name = INDIGO, rest: { shareSecrets?: boolean } = {}) {
        await harness.edit((deployments) => {
            const deployment = deployments.find((each) => each.name === name)!;
            deployment.backend = JSON.parse(JSON.stringify({ ...deployment.backend, ...backend })) as typeof backend;
            Object.assign(deployment, rest);
        });
    }

    const loginOf = async (name = INDIGO) => azureLoginIn(await harness.resolvedEnv(name));

    it("is refused for a group that is not there and a vault set up the other way, with nothing made", async () => {
        await azure.createVault("company-roles", { enableRbacAuthorization: true });
        await edit({ vaultName: "company-roles", createVault: false });
        await edit({ resourceGroup: "nowhere" }, JADE);
        const all = await harness.refusedUp();
        assert.match(
            all,
            /"indigo-pulsar-1618": backend\.authorization is access-policy, but Key Vault "company-roles" is set up for rbac/,
        );
        assert.match(all, /"jade-eclipse-5772": cannot look at resource group "nowhere": .*could not be found/);
        assert.doesNotMatch(all, /\n\s+at .*:\d+/, "a message, not a stack trace");
        assert.deepEqual(await azure.applications(), []);
        await edit({ resourceGroup: "sandbox-group" }, JADE);
    });

    it("reads a vault of the company's, and leaves everybody else's access to it alone", async () => {
        await azure.createVault("company-policies");
        await azure.allow("company-policies", "somebody-else", { secrets: ["get", "list"] });
        await azure.allow("company-policies", await azure.operator(), { secrets: ["get", "delete", "purge"] });
        const before = await azure.policies("company-policies");
        await edit({ vaultName: "company-policies" });
        await harness.up();
        const principal = await azure.principal(INDIGO);
        const { tenantId } = await loginOf();
        assert.deepEqual(await azure.policies("company-policies"), [
            ...before,
            { tenantId, objectId: principal, permissions: { secrets: ["get"] } },
        ]);
        const login = await loginOf();
        const { status } = await azure.vault("GET", "company-policies", `secrets/${VARIABLE}`, { login });
        assert.equal(status, 200);
        await harness.succeed(["preview", "--expect-no-changes"]);
    });

    it("moves kwargs and test secrets together when the scope changes", async () => {
        await edit({ scope: "moved" });
        await harness.up();
        const { variables_prefix, connections_prefix } = await harness.kwargs(INDIGO);
        assert.deepEqual(
            [variables_prefix, connections_prefix],
            ["moved-airflow-variables", "moved-airflow-connections"],
        );
        assert.equal((await azure.inVault("GET", "company-policies", `/secrets/${VARIABLE}`)).status, 404);
        const moved = "/secrets/moved-airflow-connections-verify-connection-json";
        assert.equal((await azure.inVault("GET", "company-policies", moved)).status, 200);
    });

    it("keeps the old client secret until the env vars have moved to the new generation", async () => {
        const old = await loginOf();
        await edit({ generation: 2, clientSecretDays: 30 });
        const { stdout } = await harness.up();
        const at = (pattern: RegExp): number => lineOf(stdout, pattern);
        const made = at(/ApplicationPassword indigo-pulsar-1618-client-secret-2 created/);
        const moved = at(/WorkloadPatch indigo-pulsar-1618-env-statefulset-indigo-pulsar-1618-worker updated/);
        const deleted = at(/ApplicationPassword indigo-pulsar-1618-client-secret-1 deleting/);
        assert.ok(made < moved && moved < deleted, stdout);

        const now = await loginOf();
        assert.equal(now.clientId, old.clientId);
        assert.ok((await azure.logIn(now, VAULT)).token);
        assert.match((await azure.logIn(old, VAULT)).error ?? "", /^AADSTS7000215: Invalid client secret/);
        const { passwordCredentials } = await azure.application(INDIGO);
        assert.deepEqual(
            passwordCredentials.map(({ displayName }) => displayName),
            ["generation 2"],
        );
    });

    it("keeps the end of a client secret when only its life changes", async () => {
        await edit({ clientSecretDays: 90 });
        const { all } = await harness.succeed(["preview", "--expect-no-changes"]);
        assert.match(
            all,
            /clientSecretDays is 90 now, but the client secret was made for 30 days .* set generation: 3\./,
        );
    });

    it("goes by roles instead of policies, in a vault that is its own", async () => {
        await edit({ vaultName: undefined, createVault: true });
        const { stdout } = await harness.up();
        const at = (pattern: RegExp): number => lineOf(stdout, pattern);
        const granted = at(/AccessPolicy indigo-pulsar-1618-grant created replacement/);
        const moved = at(/Patch indigo-pulsar-1618-env-\S+ updated/);
        const taken = at(/AccessPolicy indigo-pulsar-1618-grant deleting original/);
        assert.ok(granted < moved && moved < taken, stdout);
        const { vault } = await loginOf();
        assert.match(vault, /^af-indigo-pulsa-[0-9a-f]{8}$/);
        assert.equal((await azure.policies("company-policies")).length, 2, "those that were there before");
        await edit({ authorization: "rbac" });
        await harness.up();
        const login = await loginOf();
        assert.deepEqual(await azure.policies(vault), []);
        assert.equal(
            (await azure.vault("GET", vault, "secrets/moved-airflow-variables-verify-variable", { login })).status,
            200,
        );
        assert.equal((await azure.readers()).length, 2);
        await harness.succeed(["preview", "--expect-no-changes"]);
    });

    it("shares a vault where both say so, and each has its own access", async () => {
        const shared = { vaultName: "company-policies", createVault: false, authorization: "access-policy" };
        await edit(shared, INDIGO, { shareSecrets: true });
        await edit(shared, JADE, { shareSecrets: true });
        await harness.up();
        const mine = [await azure.principal(INDIGO), await azure.principal(JADE)];
        const policies = (await azure.policies("company-policies")).filter(({ objectId }) => mine.includes(objectId));
        assert.deepEqual(
            policies.map(({ permissions }) => permissions),
            [{ secrets: ["get"] }, { secrets: ["get"] }],
        );
    });

    it("comes up again after destroy in spite of soft delete, with the company's own secrets as they were", async () => {
        // The vault that comes back decides by roles, as it did when it was left.
        await harness.restoreConfig();
        await edit({ authorization: "rbac" });
        await harness.up();
        await edit({ authorization: "access-policy" });
        await harness.up();
        const { vault } = await loginOf(JADE);
        await azure.vault("PUT", vault, "secrets/company", { body: { value: "kept" } });
        await harness.succeed(["destroy", "--yes", "--skip-preview"]);
        assert.equal((await azure.inVault("GET", vault)).status, 404);
        await harness.up();
        await harness.succeed(["preview", "--expect-no-changes"]);
        assert.equal((await loginOf(JADE)).vault, vault);
        const { body } = await azure.vault("GET", vault, "secrets/company");
        assert.equal((body as { value: string }).value, "kept");
    });

    describe("says what to do", () => {
        const path = `secrets/${VARIABLE}`;

        async function withoutTestSecrets(): Promise<string> {
            await harness.edit((deployments) => (deployments[0]!.testSecrets = false));
            await harness.up();
            await harness.edit((deployments) => (deployments[0]!.testSecrets = true));
            return (await loginOf()).vault;
        }

        it("about a secret that is there already, and goes on when that is done", async () => {
            const vault = await withoutTestSecrets();
            const operator = await azure.operator();
            await azure.allow(vault, operator, { secrets: ["all"] });
            await azure.vault("DELETE", vault, `deleted${path}`);
            await azure.vault("PUT", vault, path, { body: { value: "somebody's" } });
            await azure.disallow(vault, operator);
            assert.match(
                await harness.refusedUp(),
                /There is a secret "indigo-pulsar-1618-airflow-variables-verify-variable" already/,
            );
            await azure.vault("DELETE", vault, path);
            // It is kept, and is nothing that this project has written: it is not purged.
            assert.match(
                await harness.refusedUp(),
                /keeps a deleted secret "indigo-pulsar-1618-airflow-variables-verify-variable".*\(the deleted secret .* is none that this project has written\)/s,
            );
            assert.equal((await azure.vault("GET", vault, `deleted${path}`)).status, 200);
            await azure.vault("DELETE", vault, `deleted${path}`);
            await harness.up();
        });

        it("about a vault with purge protection, which lets go of no name", async () => {
            const vault = await withoutTestSecrets();
            await azure.createVault(vault, { enablePurgeProtection: true });
            assert.match(
                await harness.refusedUp(),
                /A vault with purge protection keeps it until its retention ends.*"purge" is not allowed/s,
            );
        });
    });
});
