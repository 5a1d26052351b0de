import assert from "node:assert/strict";
import { documentedPolicy } from "./documentedPolicy";
import { Harness } from "./harness";
import { identityName } from "./identityName";
import { VaultUser, withKv1 } from "./vaultUser";

const SOLAR = "solar-dust-1234";
const LUNAR = "lunar-tide-5678";

/** Tests the policy of docs/vault.md, with the sandbox's names. */
describe("the Vault user that runs pulumi up", function () {
    this.timeout(600_000);
    this.slow(60_000);
    let harness: Harness;
    let policy: string;

    before(async () => {
        harness = await Harness.openAttached(SOLAR, LUNAR);
        policy = withKv1(documentedPolicy("vault.md", "hcl"));
    });
    after(() => harness.close());

    /** Returns the policy without the rule of a path. */
    const policyWithout = (path: string): string => {
        const kept = policy.split("\n").filter((line) => !line.startsWith(`path "${path}"`));
        assert.notEqual(kept.join("\n"), policy, path);
        return kept.join("\n");
    };

    it("is told which right it lacks to read the tuning of the AppRole mount", async () => {
        const user = await VaultUser.create(harness, "no-mounts", policyWithout("sys/mounts/auth/approle"));
        const output = await user.run(() => harness.failedUp());
        assert.match(output, /approleMount "approle": Vault does not let this token read sys\/mounts\/auth\/approle/);
        assert.match(output, /Preflight failed; nothing was changed/);
        assert.doesNotMatch(output, /\n\s+at .*:\d+/);
    });

    it("is referred to docs/vault.md if it lacks a right during an up", async () => {
        const user = await VaultUser.create(harness, "no-policies", policyWithout("sys/policies/acl/airflow.dev.*"));
        const output = await user.run(() => harness.failedUp());
        assert.match(output, /Code: 403/);
        assert.match(output, /Vault token lacks a permission: docs\/vault\.md lists the required policy/);
    });

    it("can run up, rotate, delete the old credentials, detect drift and destroy with the documented policy", async () => {
        const user = await VaultUser.create(harness, "up", policy);
        const roles = await Promise.all([SOLAR, LUNAR].map((name) => identityName(harness, name)));
        await user.run(async () => {
            await harness.up();
            for (const days of [20, 2]) {
                await harness.age({ days });
                await harness.up();
            }
        });
        const accessors = await Promise.all(
            roles.map((role) => harness.vaultList(`auth/approle/role/${role}/secret-id`)),
        );
        assert.deepEqual(
            accessors.map(({ length }) => length),
            [1, 1],
        );
        await harness.edit(([solar]) => {
            solar!.backend.scope = "moved";
        });
        const preview = () => harness.succeed(["preview"]);
        assert.doesNotMatch((await user.run(preview)).all, /could not be compared/);
        const less = await VaultUser.create(harness, "no-list", policy.replaceAll(', "list"]', "]"));
        assert.match(
            (await less.run(preview)).all,
            /could not be compared: Pulumi's Vault token may not list secret\/metadata\/solar-dust-1234\/variables and /,
        );
        await harness.restoreConfig();
        await user.run(async () => {
            await harness.succeed(["refresh", "--preview-only", "--expect-no-changes"]);
            await harness.succeed(["destroy", "--yes", "--skip-preview"]);
        });
        assert.deepEqual(await harness.vaultList("auth/approle/role"), []);
        assert.deepEqual(await harness.vaultList("secret/metadata"), []);
        assert.deepEqual(await harness.vaultList("kv"), []);
    });

    it("cannot change policies and AppRoles of others", async () => {
        const { token } = await VaultUser.create(harness, "other", policy);
        const user = (method: string, path: string, body?: object) => harness.vaultAs(token, method, path, body);
        await assert.rejects(user("PUT", "sys/policies/acl/admin", { policy: "" }), /answered 403 /);
        await assert.rejects(user("PUT", "auth/approle/role/airflow.prod.other", {}), /answered 403 /);
        await assert.rejects(user("POST", "auth/token/create", { policies: ["root"] }), /answered (400|403) /);
    });
});
