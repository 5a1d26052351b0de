import assert from "node:assert/strict";
import { documentedPolicy } from "../sandbox/documentedPolicy";
import { Harness } from "../sandbox/harness";
import { podTokens, type PodTokens } from "../sandbox/podTokens";
import { VaultUser } from "../sandbox/vaultUser";

const CORAL = "coral-drift-2357";
const NAMESPACE = `airflow-${CORAL}`;
const VALUE = "my-test-variable";
const methods = ["kubernetes", "jwt", "approle"] as const;

/** How Vault refuses each token. A service account and a namespace that it expects are the claim `sub` of a JWT. */
const refusals = {
    kubernetes: {
        "of another namespace": /403 .*namespace not authorized/,
        "of another service account": /403 .*service account name not authorized/,
        "for another audience": /403 .*invalid audience/,
        "of another issuer": /403 .*permission denied/,
        "with another issuer's signature": /403 .*permission denied/,
        "that has expired": /403 .*(permission denied|token is expired)/,
    },
    jwt: {
        "of another namespace": /400 .*claim \\?"sub\\?" does not match/,
        "of another service account": /400 .*claim \\?"sub\\?" does not match/,
        "for another audience": /400 .*invalid audience/,
        "of another issuer": /400 .*(signature|issuer)/,
        "with another issuer's signature": /400 .*signature/,
        "that has expired": /400 .*token is expired/,
    },
} satisfies Readonly<Record<string, Readonly<Record<string, RegExp>>>>;

const withoutAppRoles = (policy: string): string =>
    policy
        .split("\n")
        .filter((line) => !line.includes("approle"))
        .join("\n");

/** The tests follow the life of a stack, so each depends on the one before. */
describe("a Deployment that logs in to Vault with its pods' own token", function () {
    this.timeout(300_000);
    this.slow(60_000);
    this.bail(true);
    let harness: Harness;
    let tokens: PodTokens;

    before(async () => {
        harness = await Harness.openAttached(CORAL);
        const pods = { namespace: NAMESPACE, serviceAccount: `${CORAL}-scheduler`, audience: "vault" };
        tokens = await podTokens(harness, pods);
    });
    after(() => harness.close());

    /** Logs in as the pods would, and reads the test variable. */
    async function read(kwargs: Record<string, unknown>, jwt: string): Promise<string> {
        const { auth_mount_point: mount, kubernetes_role, jwt_role, role_id, secret_id } = kwargs;
        const body = role_id === undefined ? { role: kubernetes_role ?? jwt_role, jwt } : { role_id, secret_id };
        const { auth } = (await harness.vaultAs("", "POST", `auth/${String(mount)}/login`, body)) as {
            auth: { client_token: string };
        };
        const path = `secret/data/${CORAL}/variables/verify_variable`;
        const { data } = (await harness.vaultAs(auth.client_token, "GET", path)) as {
            data: { data: { value: string } };
        };
        return data.data.value;
    }

    /** Returns how many roles each auth method has. */
    async function roles(): Promise<number[]> {
        return Promise.all(methods.map(async (method) => (await harness.vaultList(`auth/${method}/role`)).length));
    }

    async function isRefusedWithEveryOtherToken(login: keyof typeof refusals): Promise<void> {
        const kwargs = await harness.kwargs(CORAL);
        assert.deepEqual(Object.keys(tokens.refused), Object.keys(refusals[login]));
        for (const [what, expected] of Object.entries(refusals[login])) {
            await assert.rejects(read(kwargs, tokens.refused[what] ?? ""), (error: Error) => {
                assert.match(error.message, expected, what);
                return true;
            });
        }
    }

    it("gets a role with the documented rights, and nothing secret", async () => {
        const policy = [0, 2].map((index) => documentedPolicy("vault.md", "hcl", index)).join("\n");
        const user = await VaultUser.create(harness, "operator", withoutAppRoles(policy));
        await user.run(() => harness.up());
        assert.deepEqual(await roles(), [1, 0, 0]);
        const { resources } = await harness.state();
        assert.ok(!resources.some(({ type }) => type.endsWith(":AuthBackendRoleSecretId")));
        const output = await harness.succeed(["stack", "output", "deployments", "--json"], { configFile: false });
        const { env, requirement } = (
            JSON.parse(output.stdout) as Record<string, { env: unknown; requirement: string }>
        )[CORAL]!;
        assert.deepEqual(env, [
            { name: "AIRFLOW__SECRETS__BACKEND", secret: false },
            { name: "AIRFLOW__SECRETS__BACKEND_KWARGS", secret: false },
        ]);
        assert.equal(requirement, "apache-airflow-providers-hashicorp>=3.1.0");
        const { kubernetes_role: role, ...kwargs } = await harness.kwargs(CORAL);
        assert.match(String(role), /^airflow\.dev\.coral-drift-2357\.[0-9a-f]{8}$/);
        assert.deepEqual(kwargs, {
            connections_path: `${CORAL}/connections`,
            variables_path: `${CORAL}/variables`,
            config_path: null,
            url: "https://vault.sandbox.test",
            mount_point: "secret",
            kv_engine_version: 2,
            auth_mount_point: "kubernetes",
            auth_type: "kubernetes",
            kubernetes_jwt_path: "/var/run/secrets/airflow-secrets-backend/token",
        });
    });

    it("reads with the token of its own service account, and is refused with every other", async () => {
        assert.equal(await read(await harness.kwargs(CORAL), tokens.good), VALUE);
        await isRefusedWithEveryOtherToken("kubernetes");
    });

    it("does not change in the next run, nor when it is refreshed", async () => {
        await harness.up("--expect-no-changes");
        await harness.succeed(["refresh", "--yes", "--expect-no-changes", "--skip-preview"]);
    });

    it("gets a role of the auth method for JWTs instead, while the first one still reads", async () => {
        const first = await harness.kwargs(CORAL);
        await harness.edit(([coral]) => {
            coral!.backend.login = "jwt";
        });
        await harness.up();
        assert.deepEqual(await roles(), [1, 1, 0]);
        const kwargs = await harness.kwargs(CORAL);
        assert.equal(kwargs.jwt_token_path, "/var/run/secrets/airflow-secrets-backend/token");
        assert.deepEqual([await read(first, tokens.good), await read(kwargs, tokens.good)], [VALUE, VALUE]);
        await isRefusedWithEveryOtherToken("jwt");
        await harness.succeed(["refresh", "--yes", "--expect-no-changes", "--skip-preview"]);
    });

    it("gets an AppRole with a secret id instead", async () => {
        await harness.edit(([coral]) => {
            delete coral!.backend.login;
            delete coral!.target.serviceAccounts;
        });
        await harness.up();
        assert.deepEqual(await roles(), [1, 1, 1]);
        assert.equal(await read(await harness.kwargs(CORAL), ""), VALUE);
    });

    it("goes back to the token, and its secret id is gone when the overlap is over", async () => {
        const approle = await harness.kwargs(CORAL);
        await harness.restoreConfig();
        await harness.up();
        const kwargs = await harness.kwargs(CORAL);
        assert.deepEqual([await read(approle, ""), await read(kwargs, tokens.good)], [VALUE, VALUE]);
        await harness.age({ days: 2 });
        await harness.up();
        assert.deepEqual(await roles(), [1, 0, 0]);
        await assert.rejects(read(approle, ""), /answered 400/);
        assert.equal(await read(kwargs, tokens.good), VALUE);
    });

    it("leaves nothing behind", async () => {
        await harness.succeed(["destroy", "--yes", "--skip-preview"]);
        assert.deepEqual(await roles(), [0, 0, 0]);
        const policies = await harness.vaultList("sys/policies/acl");
        assert.deepEqual(
            policies.filter((name) => name.startsWith("airflow.")),
            [],
        );
        assert.deepEqual(await harness.vaultList("secret/metadata"), []);
    });
});
