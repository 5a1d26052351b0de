import assert from "node:assert/strict";
import { documentedPolicy } from "./documentedPolicy";
import { Harness } from "./harness";
import { VaultUser, withKv1 } from "./vaultUser";

const SOLAR = "solar-dust-1234";
const LUNAR = "lunar-tide-5678";

/** The policy of docs/vault.md, in the sandbox's places. */
describe("the role that runs pulumi up, in Vault,", function () {
    this.timeout(600_000);
    this.slow(60_000);
    let harness: Harness;
    let policy: string;

    before(async () => {
        harness = await Harness.openAttached(SOLAR, LUNAR);
        policy = withKv1(documentedPolicy("vault.md", "hcl"));
    });
    after(() => harness.close());

    const without = (path: string): string => {
        const kept = policy.split("\n").filter((line) => !line.startsWith(`path "${path}"`));
        assert.notEqual(kept.join("\n"), policy, path);
        return kept.join("\n");
    };

    it("is told which right is missing, by which the stack looks at the AppRole mount", async () => {
        const user = await VaultUser.create(harness, "no-mounts", without("sys/mounts/auth/approle"));
        const said = await user.run(() => harness.refusedUp());
        assert.match(said, /approleMount "approle": Vault does not let this token read sys\/mounts\/auth\/approle/);
        assert.match(said, /Nothing was changed/);
        assert.doesNotMatch(said, /\n\s+at .*:\d+/);
    });

    it("is told where the rights stand, when one is missing in the midst of an up", async () => {
        const user = await VaultUser.create(harness, "no-policies", without("sys/policies/acl/airflow.dev.*"));
        const said = await user.run(() => harness.refusedUp());
        assert.match(said, /Code: 403/);
        assert.match(said, /lacks a right in Vault: docs\/vault\.md lists what it takes/);
    });

    it("can bring the stack up, rotate, look for drift and destroy with what the page lists", async () => {
        const user = await VaultUser.create(harness, "up", policy);
        await user.run(async () => {
            await harness.up();
            await harness.edit((deployments) => {
                for (const { backend } of deployments) {
                    backend.generation = 2;
                }
            });
            await harness.up();
            await harness.succeed(["refresh", "--preview-only", "--expect-no-changes"]);
            await harness.succeed(["destroy", "--yes", "--skip-preview"]);
        });
        assert.deepEqual(await harness.vaultList("auth/approle/role"), []);
        assert.deepEqual(await harness.vaultList("secret/metadata"), []);
        assert.deepEqual(await harness.vaultList("kv"), []);
    });

    it("can touch no policy and no AppRole but the stack's", async () => {
        const { token } = await VaultUser.create(harness, "other", policy);
        const user = (method: string, path: string, body?: object) => harness.vaultAs(token, method, path, body);
        await assert.rejects(user("PUT", "sys/policies/acl/admin", { policy: "" }), /answered 403 /);
        await assert.rejects(user("PUT", "auth/approle/role/airflow.prod.other", {}), /answered 403 /);
        await assert.rejects(user("POST", "auth/token/create", { policies: ["root"] }), /answered (400|403) /);
    });
});
