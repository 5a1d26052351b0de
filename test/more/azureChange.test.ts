import assert from "node:assert/strict";
import { AzureSubscription } from "../sandbox/azure";
import { azurePod, readsOf, variableOf, type AzurePod } from "../sandbox/azurePod";
import { Harness, lineOf } from "../sandbox/harness";

const INDIGO = "indigo-pulsar-1618";
const JADE = "jade-eclipse-5772";
const COMPANY = "company-policies";

/** The tests follow the life of a stack, so each depends on the one before. */
describe("a config change of an Azure backend", function () {
    this.timeout(600_000);
    this.slow(60_000);
    this.bail(true);
    let harness: Harness;
    let azure: AzureSubscription;
    /** What the pods of the first Deployment had in the company's vault, at first and with another scope. */
    let first: AzurePod;
    let moved: AzurePod;

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

    const podOf = (name = INDIGO): Promise<AzurePod> => azurePod(harness, name);
    const reads = (...pods: AzurePod[]): Promise<boolean[]> => readsOf(azure, pods);

    /** Returns the names of the vaults that the stack created: of the first Deployment, then of the second. */
    const createdVaults = async (): Promise<string[]> =>
        (await azure.vaults()).filter((name) => name.startsWith("af-")).sort();

    /** Returns the object id of the service principal of a login. */
    const principalOf = async ({ clientId }: AzurePod): Promise<string> =>
        (await azure.principals()).get(clientId) ?? "";

    /** Returns the secret permissions that the logins have in a vault. */
    async function permissions(vault: string, ...pods: AzurePod[]): Promise<(string[] | undefined)[]> {
        const policies = await azure.policies(vault);
        const principals = await Promise.all(pods.map(principalOf));
        return principals.map((id) => policies.find(({ objectId }) => objectId === id)?.permissions.secrets);
    }

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
        await azure.createVault(COMPANY);
        await azure.setAccessPolicy(COMPANY, "somebody-else", { secrets: ["get", "list"] });
        await azure.setAccessPolicy(COMPANY, await azure.administratorId(), { secrets: ["get", "delete", "purge"] });
        const before = await azure.policies(COMPANY);
        await edit({ vaultName: COMPANY });
        await harness.up();
        first = await podOf();
        const { tenantId } = first;
        assert.deepEqual(await azure.policies(COMPANY), [
            ...before,
            { tenantId, objectId: await principalOf(first), permissions: { secrets: ["get"] } },
        ]);
        assert.deepEqual(await reads(first), [true]);
    });

    it("stops if a secret is in the old place only", async () => {
        await edit({ scope: "moved" });
        const secret = `${INDIGO}-airflow-variables-company-key`;
        await azure.inVault("PUT", COMPANY, `/secrets/${secret}`, { properties: { value: "hidden" } });
        assert.match(
            await harness.failedUp(),
            /"indigo-pulsar-1618": .* a secret is in the old place only, .*: variable "company-key"\. Copy/,
        );
        await azure.vault("DELETE", COMPANY, `secrets/${secret}`);
    });

    it("makes another app with its access policy, kwargs and test secrets beside the old one for another scope", async () => {
        const { all, stdout } = await harness.up();
        assert.doesNotMatch(all, /could not be compared/);
        assert.doesNotMatch(stdout, / deleting/);
        assert.equal((await harness.kwargs(INDIGO)).connections_prefix, "moved-airflow-connections");
        moved = await podOf();
        assert.equal(moved.scope, "moved");
        assert.notEqual(moved.clientId, first.clientId);
        assert.deepEqual(await permissions(COMPANY, first, moved), [["get"], ["get"]]);
        assert.deepEqual(await reads(first, moved), [true, true]);
    });

    it("rotates after 90 days, keeps the old client secret, and deletes the app that was left before", async () => {
        await edit({ clientSecretDays: 120 });
        await harness.age({ days: 90 });
        const { stdout } = await harness.up();
        const position = (pattern: RegExp): number => lineOf(stdout, pattern);
        const created = position(/ApplicationPassword indigo-pulsar-1618\.\w+\.client-secret\.2 created/);
        const set = position(/WorkloadPatch indigo-pulsar-1618\.env-statefulset-indigo-pulsar-1618-worker updated/);
        const deleted = ["Application \\S+\\.app", "AccessPolicy \\S+\\.grant", "Secret \\S+\\.test-variable"];
        for (const each of deleted.map((what) => position(new RegExp(`:${what} deleting`)))) {
            assert.ok(created < set && set < each, stdout);
        }

        const now = await podOf();
        assert.equal(now.clientId, moved.clientId);
        assert.notEqual(now.clientSecret, moved.clientSecret);
        assert.deepEqual(await reads(now, moved, first), [true, true, false]);
        const apps = (await azure.applications()).filter(({ displayName }) => displayName.includes(INDIGO));
        assert.deepEqual(
            apps.map(({ passwordCredentials }) => passwordCredentials.map(({ displayName }) => displayName).sort()),
            [["generation 1", "generation 2"]],
        );
        assert.equal((await azure.policies(COMPANY)).length, 3);
        assert.equal((await azure.inVault("GET", COMPANY, `/secrets/${variableOf(INDIGO)}`)).status, 404);
    });

    it("keeps the expiry of a client secret when only clientSecretDays changes", async () => {
        await edit({ clientSecretDays: 130 });
        const { all } = await harness.succeed(["preview", "--expect-no-changes"]);
        assert.match(
            all,
            /clientSecretDays is 130 now, but the client secret was created for 120 days .* next rotation/,
        );
    });

    it("moves to a vault of its own, and deletes the old client secret after its overlap", async () => {
        const [old, jade] = [await podOf(), await podOf(JADE)];
        await edit({ vaultName: undefined, createVault: true });
        await harness.age({ days: 2 });
        const { stdout } = await harness.up();
        const granted = lineOf(stdout, /AccessPolicy indigo-pulsar-1618\.\w+\.grant created/);
        const set = lineOf(stdout, /Patch indigo-pulsar-1618\.env-\S+ updated/);
        assert.ok(granted < set, stdout);
        const now = await podOf();
        assert.match(now.vault, /^af-indigo-pulsa-[0-9a-f]{8}$/);
        assert.deepEqual(await permissions(now.vault, now, old), [["get"], undefined]);
        assert.equal((await azure.secretsUserAssignments()).length, 1);
        assert.deepEqual(await reads(now, old, moved, jade), [true, true, false, true]);
    });

    it("refuses another permission model for a vault that it created", async () => {
        await edit({ authorization: "rbac" });
        const all = await harness.failedUp();
        assert.match(
            all,
            /"indigo-pulsar-1618": the stack created Key Vault "af-.*" with authorization: access-policy/,
        );
        await edit({ authorization: "access-policy" });
    });

    it("shares a vault if both Deployments set shareSecrets, each with its own access policy", async () => {
        const own = [await podOf(INDIGO), await podOf(JADE)];
        const shared = { vaultName: COMPANY, createVault: false, authorization: "access-policy" };
        await edit(shared, INDIGO, { shareSecrets: true });
        await edit(shared, JADE, { shareSecrets: true });
        const { all } = await harness.up();
        const now = [await podOf(INDIGO), await podOf(JADE)];
        assert.deepEqual(await permissions(COMPANY, ...now), [["get"], ["get"]]);
        assert.deepEqual(await reads(...now, ...own), [true, true, true, true]);
        assert.equal(now[0]!.clientId, moved.clientId, "the identity that it had before in this vault");
        for (const { vault } of own) {
            assert.match(all, new RegExp(`does not read from Key Vault "${vault}" any more`));
        }
    });

    it("leaves the created vaults in Azure after the overlap, with the secrets of others", async () => {
        const [indigo = "", jade = ""] = await createdVaults();
        await azure.vault("PUT", jade, "secrets/company", { body: { value: "kept" } });
        await harness.age({ days: 2 });
        await harness.up();
        assert.equal((await azure.applications()).length, 2);
        assert.deepEqual(await azure.secretsUserAssignments(), []);
        assert.deepEqual(await azure.policies(indigo), []);
        assert.equal((await azure.inVault("GET", indigo, `/secrets/${variableOf("moved")}`)).status, 404);
        assert.equal((await azure.inVault("GET", jade, `/secrets/${variableOf(JADE)}`)).status, 404);
        const { resources } = await harness.state();
        assert.ok(resources.every(({ type }) => type !== "azure-native:keyvault:Vault"));
    });

    it("recovers the soft-deleted vaults, with the secrets of others unchanged", async () => {
        const vaults = await createdVaults();
        for (const vault of vaults) {
            await azure.inVault("DELETE", vault);
        }
        await harness.restoreConfig();
        await harness.up();
        await harness.succeed(["preview", "--expect-no-changes"]);
        const pods = [await podOf(INDIGO), await podOf(JADE)];
        assert.deepEqual(
            pods.map(({ vault }) => vault),
            vaults,
        );
        assert.deepEqual(await reads(...pods), [true, true]);
        const { body } = await azure.vault("GET", pods[1]!.vault, "secrets/company");
        assert.equal((body as { value: string }).value, "kept");
    });

    describe("says what to do", () => {
        const path = `secrets/${variableOf(INDIGO)}`;
        let vault: string;
        let administrator: string;

        it("about an existing secret", async () => {
            await harness.edit((deployments) => (deployments[0]!.testSecrets = false));
            await harness.up();
            await harness.edit((deployments) => (deployments[0]!.testSecrets = true));
            ({ vault } = await podOf());
            administrator = await azure.administratorId();
            await azure.setAccessPolicy(vault, administrator, { secrets: ["all"] });
            await azure.vault("DELETE", vault, `deleted${path}`);
            await azure.vault("PUT", vault, path, { body: { value: "somebody's" } });
            assert.match(
                await harness.failedUp(),
                /the secret "indigo-pulsar-1618-airflow-variables-verify-variable" in Key Vault "af-\S+" already exists, and it/,
            );
            await azure.vault("DELETE", vault, path);
            // The provider would recover the soft-deleted secret, and overwrite it.
            assert.match(
                await harness.failedUp(),
                /"indigo-pulsar-1618-airflow-variables-verify-variable" in Key Vault "af-\S+", which was deleted and can be/,
            );
            assert.equal((await azure.vault("GET", vault, `deleted${path}`)).status, 200);
            await azure.vault("DELETE", vault, `deleted${path}`);
            await azure.removeAccessPolicy(vault, administrator);
        });

        it("about a vault with purge protection, which does not release the names of the other secrets", async () => {
            await azure.createVault(vault, { enablePurgeProtection: true });
            assert.match(
                await harness.failedUp(),
                /A vault with purge protection keeps it until its retention ends.*"purge" is not allowed/s,
            );
            assert.equal((await azure.inVault("GET", vault, `/${path}`)).status, 200, "the up went on from there");
        });
    });
});
