import assert from "node:assert/strict";
import { AzureSubscription, azureLoginIn } from "./azure";
import { Harness, lineOf } from "./harness";

const INDIGO = "indigo-pulsar-1618";
const JADE = "jade-eclipse-5772";
const VARIABLE = `${INDIGO}-airflow-variables-verify-variable`;
const VAULT = "https://vault.azure.net";

describe("a config change of an Azure backend", function () {
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

    it("fails for a missing resource group and another permission model, and creates nothing", async () => {
        await azure.createVault("company-roles", { enableRbacAuthorization: true });
        await edit({ vaultName: "company-roles", createVault: false });
        await edit({ resourceGroup: "nowhere" }, JADE);
        const all = await harness.failedUp();
        assert.match(
            all,
            /"indigo-pulsar-1618": backend\.authorization is access-policy, but Key Vault "company-roles" is set up for rbac/,
        );
        assert.match(all, /"jade-eclipse-5772": cannot read resource group "nowhere": .*could not be found/);
        assert.doesNotMatch(all, /\n\s+at .*:\d+/, "a message, not a stack trace");
        assert.deepEqual(await azure.applications(), []);
        await edit({ resourceGroup: "sandbox-group" }, JADE);
    });

    it("uses an existing vault, and leaves its other access policies unchanged", async () => {
        await azure.createVault("company-policies");
        await azure.setAccessPolicy("company-policies", "somebody-else", { secrets: ["get", "list"] });
        await azure.setAccessPolicy("company-policies", await azure.administratorId(), {
            secrets: ["get", "delete", "purge"],
        });
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

    it("moves the kwargs and test secrets together when the scope changes", async () => {
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

    it("keeps the old client secret until the env vars use the new generation", async () => {
        const old = await loginOf();
        await edit({ generation: 2, clientSecretDays: 30 });
        const { stdout } = await harness.up();
        const position = (pattern: RegExp): number => lineOf(stdout, pattern);
        const created = position(/ApplicationPassword indigo-pulsar-1618-client-secret-2 created/);
        const moved = position(/WorkloadPatch indigo-pulsar-1618-env-statefulset-indigo-pulsar-1618-worker updated/);
        const deleted = position(/ApplicationPassword indigo-pulsar-1618-client-secret-1 deleting/);
        assert.ok(created < moved && moved < deleted, stdout);

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

    it("keeps the expiry of a client secret when only clientSecretDays changes", async () => {
        await edit({ clientSecretDays: 90 });
        const { all } = await harness.succeed(["preview", "--expect-no-changes"]);
        assert.match(
            all,
            /clientSecretDays is 90 now, but the client secret was created for 30 days .* set generation: 3\./,
        );
    });

    it("moves to a vault of its own, then from access policies to RBAC", async () => {
        await edit({ vaultName: undefined, createVault: true });
        const { stdout } = await harness.up();
        const position = (pattern: RegExp): number => lineOf(stdout, pattern);
        const granted = position(/AccessPolicy indigo-pulsar-1618-grant created replacement/);
        const moved = position(/Patch indigo-pulsar-1618-env-\S+ updated/);
        const deleted = position(/AccessPolicy indigo-pulsar-1618-grant deleting original/);
        assert.ok(granted < moved && moved < deleted, stdout);
        const { vault } = await loginOf();
        assert.match(vault, /^af-indigo-pulsa-[0-9a-f]{8}$/);
        assert.equal((await azure.policies("company-policies")).length, 2, "the policies that existed before");
        await edit({ authorization: "rbac" });
        await harness.up();
        const login = await loginOf();
        assert.deepEqual(await azure.policies(vault), []);
        assert.equal(
            (await azure.vault("GET", vault, "secrets/moved-airflow-variables-verify-variable", { login })).status,
            200,
        );
        assert.equal((await azure.secretsUserAssignments()).length, 2);
        await harness.succeed(["preview", "--expect-no-changes"]);
    });

    it("shares a vault if both Deployments set shareSecrets, each with its own access policy", async () => {
        const shared = { vaultName: "company-policies", createVault: false, authorization: "access-policy" };
        await edit(shared, INDIGO, { shareSecrets: true });
        await edit(shared, JADE, { shareSecrets: true });
        await harness.up();
        const principals = [await azure.principal(INDIGO), await azure.principal(JADE)];
        const policies = (await azure.policies("company-policies")).filter(({ objectId }) =>
            principals.includes(objectId),
        );
        assert.deepEqual(
            policies.map(({ permissions }) => permissions),
            [{ secrets: ["get"] }, { secrets: ["get"] }],
        );
    });

    it("recovers the soft-deleted vault in an up after destroy, with other teams' secrets unchanged", async () => {
        // The recovered vault still uses RBAC, as it did when it was deleted.
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

        /** Deletes the test secrets and enables them again for the next `up`; returns the vault's name. */
        async function deleteTestSecrets(): Promise<string> {
            await harness.edit((deployments) => (deployments[0]!.testSecrets = false));
            await harness.up();
            await harness.edit((deployments) => (deployments[0]!.testSecrets = true));
            return (await loginOf()).vault;
        }

        it("about an existing secret, and succeeds afterwards", async () => {
            const vault = await deleteTestSecrets();
            const administrator = await azure.administratorId();
            await azure.setAccessPolicy(vault, administrator, { secrets: ["all"] });
            await azure.vault("DELETE", vault, `deleted${path}`);
            await azure.vault("PUT", vault, path, { body: { value: "somebody's" } });
            await azure.removeAccessPolicy(vault, administrator);
            assert.match(
                await harness.failedUp(),
                /There is a secret "indigo-pulsar-1618-airflow-variables-verify-variable" already/,
            );
            await azure.vault("DELETE", vault, path);
            // The soft-deleted secret was not written by this project, so it is not purged.
            assert.match(
                await harness.failedUp(),
                /keeps a deleted secret "indigo-pulsar-1618-airflow-variables-verify-variable".*\(the deleted secret .* was not created by this project\)/s,
            );
            assert.equal((await azure.vault("GET", vault, `deleted${path}`)).status, 200);
            await azure.vault("DELETE", vault, `deleted${path}`);
            await harness.up();
        });

        it("about a vault with purge protection, which does not release a secret's name", async () => {
            const vault = await deleteTestSecrets();
            await azure.createVault(vault, { enablePurgeProtection: true });
            assert.match(
                await harness.failedUp(),
                /A vault with purge protection keeps it until its retention ends.*"purge" is not allowed/s,
            );
        });
    });
});
