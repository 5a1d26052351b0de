import assert from "node:assert/strict";
import { blocksOf, pageText } from "../page";
import { Harness } from "../sandbox/harness";
import { identityName } from "../sandbox/identityName";

const SOLAR = "solar-dust-1234";
const VARIABLE = `secret/data/${SOLAR}/variables/verify_variable`;

/** Pulumi's exit code if `--expect-no-changes` finds changes. */
const CHANGES = 7;

/** The tests follow the life of a stack, so each depends on the one before. */
describe("a stack whose resources in Vault already exist, were changed or were deleted", function () {
    this.timeout(600_000);
    this.slow(60_000);
    this.bail(true);
    let harness: Harness;
    let name: string;
    let role: string;
    let policyPath: string;

    before(async () => {
        harness = await Harness.openAttached(SOLAR);
        name = await identityName(harness, SOLAR);
        role = `auth/approle/role/${name}`;
        policyPath = `sys/policies/acl/${name}`;
    });
    after(() => harness.close());

    async function dataOf(path: string): Promise<Record<string, unknown>> {
        return (await harness.vault("GET", path)).data as Record<string, unknown>;
    }

    /** Destroys the current secret id, which has the same effect as its expiry. */
    async function destroySecretId(): Promise<void> {
        const { secret_id } = await harness.kwargs(SOLAR);
        await harness.vault("POST", `${role}/secret-id/destroy`, { secret_id });
    }

    /** Asserts that Airflow's login works. */
    async function assertLogin(): Promise<void> {
        const { role_id, secret_id } = await harness.kwargs(SOLAR);
        await harness.vault("POST", "auth/approle/login", { role_id, secret_id });
    }

    const refresh = () => harness.succeed(["refresh", "--yes", "--skip-preview"]);

    it("continues after an up that was interrupted before the AppRole was in the state", async () => {
        await harness.vault("POST", role, { token_type: "batch", token_ttl: 60, token_policies: ["default"] });
        const { role_id } = await dataOf(`${role}/role-id`);
        await harness.up();
        assert.equal((await harness.kwargs(SOLAR)).role_id, role_id);
        const { token_ttl, token_policies } = await dataOf(role);
        assert.deepEqual([token_ttl, token_policies], [1200, [name]]);
        await assertLogin();
    });

    it("has no changes in the next up, with or without a refresh", async () => {
        await harness.succeed(["up", "--yes", "--skip-preview", "--refresh", "--expect-no-changes"]);
        await harness.succeed(["preview", "--expect-no-changes"]);
    });

    it("restores a deleted policy, as an update of the resource", async () => {
        const { policy } = await dataOf(policyPath);
        await harness.vault("DELETE", policyPath);
        const preview = await harness.pulumi(["preview", "--refresh", "--expect-no-changes"]);
        assert.equal(preview.code, CHANGES, preview.all);
        assert.match((await harness.up("--refresh")).stdout, /Policy solar-dust-1234\.[0-9a-f]{8}\.policy updated/);
        assert.deepEqual((await dataOf(policyPath)).policy, policy);
    });

    it("does not detect a changed test secret on KV v2, and restores it with the documented commands", async () => {
        const page = pageText("vault.md");
        assert.match(page, /value of a KV v2 test secret was changed.*\*\*Nothing notices it\*\*/);
        const commands = blocksOf(page).flatMap(({ language, text }) => (language === "sh" ? text.split("\n") : []));
        assert.deepEqual(commands, [
            `vault kv metadata delete -mount=secret ${SOLAR}/variables/verify_variable`,
            "pulumi up --refresh --stack production",
        ]);
        for (const change of [
            () => harness.vault("POST", VARIABLE, { data: { value: "another" } }),
            () => harness.vault("DELETE", VARIABLE),
        ]) {
            await change();
            await harness.succeed(["preview", "--refresh", "--expect-no-changes"]);
            await harness.vault("DELETE", VARIABLE.replace("/data/", "/metadata/"));
            await harness.up("--refresh");
            assert.deepEqual((await dataOf(VARIABLE)).data, { value: "my-test-variable" });
        }
    });

    it("rotates after its secret id has expired, and says how to continue when the old one is to be deleted", async () => {
        await destroySecretId();
        await harness.age({ days: 20 });
        await harness.up();
        await assertLogin();
        await harness.age({ days: 2 });
        const output = await harness.failedUp();
        assert.match(output, /error deleting AppRole auth backend role SecretID/);
        assert.match(
            output,
            /because it has expired or somebody has destroyed it, run pulumi refresh, and then pulumi up/,
        );
        await assertLogin();
        await refresh();
        await harness.up("--expect-no-changes");
    });

    it("rotates after a refresh if its secret id has expired", async () => {
        await destroySecretId();
        await harness.age({ days: 20 });
        await refresh();
        await harness.up();
        await assertLogin();
        assert.equal((await harness.vaultList(`${role}/secret-id`)).length, 1);
    });

    const deletions: Record<string, () => Promise<unknown>> = {
        "secret id": destroySecretId,
        AppRole: () => harness.vault("DELETE", role),
        "AppRole mount": () => harness.vault("DELETE", "sys/auth/approle"),
    };
    for (const [index, [what, deleteIt]] of Object.entries(deletions).entries()) {
        it(`can be destroyed after its ${what} was deleted`, async () => {
            // The first one finds the stack as the tests above left it.
            if (index > 0) {
                await harness.up();
            }
            await deleteIt();
            await harness.succeed(["destroy", "--yes", "--skip-preview"]);
            assert.deepEqual((await harness.vaultList("sys/policies/acl")).sort(), ["default", "root"]);
            assert.deepEqual(await harness.vaultList("secret/metadata"), []);
        });
    }
});
