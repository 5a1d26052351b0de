import assert from "node:assert/strict";
import { documentedPolicy } from "./documentedPolicy";
import { Harness } from "./harness";
import { vaultPolicy } from "../../components/vault/airflow";
import { marksOf } from "../../components/marks";
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

    /** Returns the policy with only `read` on a path: a preview succeeds with it. */
    const policyWithReadOnly = (path: string): string =>
        `${policyWithout(path)}\npath "${path}" { capabilities = ["read"] }`;

    const policyWithoutLists = (): string =>
        policy
            .split("\n")
            .filter((line) => !line.endsWith('["list"] }'))
            .join("\n");

    /** Creates a policy and an AppRole as the `up` before would have, had it been interrupted then; returns the AppRole's id. */
    async function leaveAppRole(name: string): Promise<unknown> {
        const scope = { mount: "secret", kvVersion: 2, scope: SOLAR } as const;
        const owner = { project: "airflow-secrets-backends", stack: "dev", deployment: SOLAR };
        await harness.vault("PUT", `sys/policies/acl/${name}`, { policy: vaultPolicy(scope, marksOf(owner, false)) });
        await harness.vault("POST", `auth/approle/role/${name}`, { token_policies: [name] });
        const { data } = await harness.vault("GET", `auth/approle/role/${name}/role-id`);
        return (data as { role_id: string }).role_id;
    }

    it("is told which right it lacks to read the tuning of the AppRole mount", async () => {
        const user = await VaultUser.create(harness, "no-mounts", policyWithout("sys/mounts/auth/approle"));
        const output = await user.run(() => harness.failedUp());
        assert.match(output, /authMount "approle": Vault does not let this token read sys\/mounts\/auth\/approle/);
        assert.match(output, /Preflight failed; nothing was changed/);
        assert.doesNotMatch(output, /\n\s+at .*:\d+/);
    });

    it("is referred to docs/vault.md if it lacks a right during an up", async () => {
        const user = await VaultUser.create(
            harness,
            "no-policies",
            policyWithReadOnly("sys/policies/acl/airflow.dev.*"),
        );
        const output = await user.run(() => harness.failedUp());
        assert.match(output, /Code: 403/);
        assert.match(
            output,
            /Vault token lacks a permission \(.* on sys\/policies\/acl\/airflow\.dev\..*docs\/vault\.md lists/,
        );
    });

    it("can run up, rotate, delete the old credentials, detect drift and destroy with the documented policy", async () => {
        const user = await VaultUser.create(harness, "up", policy);
        const roles = await Promise.all([SOLAR, LUNAR].map((name) => identityName(harness, name)));
        const roleId = await leaveAppRole(roles[0]!);
        await user.run(async () => {
            await harness.up();
            assert.equal((await harness.kwargs(SOLAR)).role_id, roleId);
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
        const less = await VaultUser.create(harness, "no-list", policyWithoutLists());
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

    it("cannot read or write other secrets than the test secrets, unless it makes itself an AppRole", async () => {
        const secret = `secret/data/${SOLAR}/variables/company`;
        await harness.vault("POST", secret, { data: { value: "company" } });
        const { token } = await VaultUser.create(harness, "curious", policy);
        const user = (method: string, path: string, body?: object) => harness.vaultAs(token, method, path, body);
        await assert.rejects(user("GET", secret), /answered 403 /);
        await assert.rejects(user("POST", secret, { data: {} }), /answered 403 /);
        // The page says so: the right to write policies is the right to everything.
        const own = "airflow.dev.curious";
        await user("PUT", `sys/policies/acl/${own}`, { policy: 'path "*" { capabilities = ["read"] }' });
        await user("POST", `auth/approle/role/${own}`, { token_policies: [own] });
        const { data: role } = await user("GET", `auth/approle/role/${own}/role-id`);
        const { data: login } = await user("POST", `auth/approle/role/${own}/secret-id`);
        const { auth } = await user("POST", "auth/approle/login", { ...(role as object), ...(login as object) });
        const { client_token } = auth as { client_token: string };
        const { data } = await harness.vaultAs(client_token, "GET", secret);
        assert.deepEqual((data as { data: object }).data, { value: "company" });
    });

    it("can be bound to the texts that an administrator has approved", async () => {
        const name = await identityName(harness, SOLAR);
        const text = vaultPolicy({ mount: "secret", kvVersion: 2, scope: SOLAR }, {});
        const bound = documentedPolicy("vault.md", "hcl", 1)
            .replaceAll(`airflow.dev.${SOLAR}.1a2b3c4d`, name)
            .replace('"THE TEXT OF THE POLICY"', JSON.stringify(text));
        const { token } = await VaultUser.create(harness, "bound", bound);
        const user = (method: string, path: string, body?: object) => harness.vaultAs(token, method, path, body);
        await user("PUT", `sys/policies/acl/${name}`, { policy: text });
        await assert.rejects(user("PUT", `sys/policies/acl/${name}`, { policy: `${text}\n` }), /answered 403 /);
        const role = `auth/approle/role/${name}`;
        const settings = { token_type: "batch", token_ttl: 60, local_secret_ids: false };
        await user("PUT", role, { ...settings, token_policies: [name] });
        await user("PUT", `${role}/secret-id`, {});
        for (const more of [{ token_policies: ["admin"] }, { token_policies: "admin" }, { policies: ["admin"] }]) {
            await assert.rejects(user("PUT", role, { ...settings, ...more }), /answered 403 /, JSON.stringify(more));
        }
        await assert.rejects(user("PUT", `${role}/policies`, { token_policies: ["admin"] }), /answered 403 /);
        await user("DELETE", role);
        await user("DELETE", `sys/policies/acl/${name}`);
    });
});
