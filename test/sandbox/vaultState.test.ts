import assert from "node:assert/strict";
import { blocksOf, pageText } from "../page";
import { Harness } from "./harness";

const SOLAR = "solar-dust-1234";
const ROLE = `auth/approle/role/airflow.dev.${SOLAR}`;
const POLICY = `sys/policies/acl/airflow.dev.${SOLAR}`;
const VARIABLE = `secret/data/${SOLAR}/variables/verify_variable`;

/** Pulumi's exit code when `--expect-no-changes` finds some. */
const CHANGES = 7;

/** The order is that of a stack's life. */
describe("a stack whose things in Vault are there already, changed or gone", function () {
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

    /** As it goes by itself in the end. */
    async function endSecretId(): Promise<void> {
        const [accessor] = await harness.vaultList(`${ROLE}/secret-id`);
        await harness.vault("POST", `${ROLE}/secret-id-accessor/destroy`, { secret_id_accessor: accessor });
    }

    async function logsIn(): Promise<void> {
        const { role_id, secret_id } = await harness.kwargs(SOLAR);
        await harness.vault("POST", "auth/approle/login", { role_id, secret_id });
    }

    const rotate = () =>
        harness.edit(([solar]) => {
            solar!.backend.generation = Number(solar!.backend.generation ?? 1) + 1;
        });

    it("goes on where an up was cut off before the state knew of its AppRole", async () => {
        await harness.vault("POST", ROLE, { token_type: "batch", token_ttl: 60, token_policies: ["default"] });
        const { role_id } = await dataOf(`${ROLE}/role-id`);
        await harness.up();
        assert.equal((await harness.kwargs(SOLAR)).role_id, role_id);
        const { token_ttl, token_policies } = await dataOf(ROLE);
        assert.deepEqual([token_ttl, token_policies], [1200, [`airflow.dev.${SOLAR}`]]);
        await logsIn();
    });

    it("is unchanged at the next up, refreshed or not", async () => {
        await harness.succeed(["preview", "--expect-no-changes"]);
        await harness.succeed(["up", "--yes", "--skip-preview", "--refresh", "--expect-no-changes"]);
        await harness.succeed(["preview", "--expect-no-changes"]);
    });

    it("writes a policy that was deleted anew, as a change of the one there was", async () => {
        const { policy } = await dataOf(POLICY);
        await harness.vault("DELETE", POLICY);
        const seen = await harness.pulumi(["preview", "--refresh", "--expect-no-changes"]);
        assert.equal(seen.code, CHANGES, seen.all);
        assert.match((await harness.up("--refresh")).stdout, /Policy solar-dust-1234-policy updated/);
        assert.deepEqual((await dataOf(POLICY)).policy, policy);
    });

    it("does not see a changed test secret on KV v2, as the page says, and writes it anew by the page's commands", async () => {
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

    it("moves to the next generation once a secret id has ended, and is told how to go on", async () => {
        await endSecretId();
        await rotate();
        const said = await harness.refusedUp();
        assert.match(said, /error deleting AppRole auth backend role SecretID/);
        assert.match(said, /since it has ended or somebody has destroyed it, run pulumi up --refresh/);
        await logsIn();
        await harness.up("--refresh");
        await harness.succeed(["preview", "--expect-no-changes"]);
    });

    it("moves to the next generation in one up with a refresh, once a secret id has ended", async () => {
        await endSecretId();
        await rotate();
        await harness.up("--refresh");
        await logsIn();
        assert.equal((await harness.vaultList(`${ROLE}/secret-id`)).length, 1);
    });

    const gone: Record<string, () => Promise<unknown>> = {
        "secret id": endSecretId,
        AppRole: () => harness.vault("DELETE", ROLE),
        "AppRole mount": () => harness.vault("DELETE", "sys/auth/approle"),
    };
    for (const [what, takeAway] of Object.entries(gone)) {
        it(`is destroyed when its ${what} is gone`, async () => {
            await harness.up();
            await takeAway();
            await harness.succeed(["destroy", "--yes", "--skip-preview"]);
            assert.deepEqual((await harness.vaultList("sys/policies/acl")).sort(), ["default", "root"]);
            assert.deepEqual(await harness.vaultList("secret/metadata"), []);
        });
    }
});
