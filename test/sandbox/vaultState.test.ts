import assert from "node:assert/strict";
import { blocksOf, pageText } from "../page";
import { Harness } from "./harness";

const SOLAR = "solar-dust-1234";
const ROLE = `auth/approle/role/airflow.dev.${SOLAR}`;
const POLICY = `sys/policies/acl/airflow.dev.${SOLAR}`;
const VARIABLE = `secret/data/${SOLAR}/variables/verify_variable`;

/** Pulumi's exit code if `--expect-no-changes` finds changes. */
const CHANGES = 7;

/** The tests follow the life of a stack, so each depends on the one before. */
describe("a stack whose resources in Vault already exist, were changed or were deleted", function () {
    this.timeout(600_000);
    this.slow(60_000);
    this.bail(true);
    let harness: Harness;

    before(async () => {
        harness = await Harness.openAttached(SOLAR);
    });
    after(() => harness.close());

    async function dataOf(path: string): Promise<Record<string, unknown>> {
        return (await harness.vault("GET", path)).data as Record<string, unknown>;
    }

    /** Destroys the secret id, which has the same effect as its expiry. */
    async function destroySecretId(): Promise<void> {
        const [accessor] = await harness.vaultList(`${ROLE}/secret-id`);
        await harness.vault("POST", `${ROLE}/secret-id-accessor/destroy`, { secret_id_accessor: accessor });
    }

    /** Asserts that Airflow's login works. */
    async function assertLogin(): Promise<void> {
        const { role_id, secret_id } = await harness.kwargs(SOLAR);
        await harness.vault("POST", "auth/approle/login", { role_id, secret_id });
    }

    const rotate = () =>
        harness.edit(([solar]) => {
            solar!.backend.generation = Number(solar!.backend.generation ?? 1) + 1;
        });

    it("continues after an up that was interrupted before the AppRole was in the state", async () => {
        await harness.vault("POST", ROLE, { token_type: "batch", token_ttl: 60, token_policies: ["default"] });
        const { role_id } = await dataOf(`${ROLE}/role-id`);
        await harness.up();
        assert.equal((await harness.kwargs(SOLAR)).role_id, role_id);
        const { token_ttl, token_policies } = await dataOf(ROLE);
        assert.deepEqual([token_ttl, token_policies], [1200, [`airflow.dev.${SOLAR}`]]);
        await assertLogin();
    });

    it("has no changes in the next up, with or without a refresh", async () => {
        await harness.succeed(["preview", "--expect-no-changes"]);
        await harness.succeed(["up", "--yes", "--skip-preview", "--refresh", "--expect-no-changes"]);
        await harness.succeed(["preview", "--expect-no-changes"]);
    });

    it("restores a deleted policy, as an update of the resource", async () => {
        const { policy } = await dataOf(POLICY);
        await harness.vault("DELETE", POLICY);
        const preview = await harness.pulumi(["preview", "--refresh", "--expect-no-changes"]);
        assert.equal(preview.code, CHANGES, preview.all);
        assert.match((await harness.up("--refresh")).stdout, /Policy solar-dust-1234-policy updated/);
        assert.deepEqual((await dataOf(POLICY)).policy, policy);
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

    it("moves to the next generation after a secret id has expired, and says how to continue", async () => {
        await destroySecretId();
        await rotate();
        const output = await harness.failedUp();
        assert.match(output, /error deleting AppRole auth backend role SecretID/);
        assert.match(output, /because it has expired or somebody has destroyed it, run pulumi up --refresh/);
        await assertLogin();
        await harness.up("--refresh");
        await harness.succeed(["preview", "--expect-no-changes"]);
    });

    it("moves to the next generation in one up with --refresh after a secret id has expired", async () => {
        await destroySecretId();
        await rotate();
        await harness.up("--refresh");
        await assertLogin();
        assert.equal((await harness.vaultList(`${ROLE}/secret-id`)).length, 1);
    });

    const deletions: Record<string, () => Promise<unknown>> = {
        "secret id": destroySecretId,
        AppRole: () => harness.vault("DELETE", ROLE),
        "AppRole mount": () => harness.vault("DELETE", "sys/auth/approle"),
    };
    for (const [what, deleteIt] of Object.entries(deletions)) {
        it(`can be destroyed after its ${what} was deleted`, async () => {
            await harness.up();
            await deleteIt();
            await harness.succeed(["destroy", "--yes", "--skip-preview"]);
            assert.deepEqual((await harness.vaultList("sys/policies/acl")).sort(), ["default", "root"]);
            assert.deepEqual(await harness.vaultList("secret/metadata"), []);
        });
    }
});
