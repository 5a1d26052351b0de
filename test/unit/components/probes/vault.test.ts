import assert from "node:assert/strict";
import { approleKwargs, podKwargs, vaultBackendClass, vaultKwargs } from "../../../../components/vault/airflow";
import { probeReads } from "../../../../components/probe";
import { probeVault } from "../../../../components/vault/probe";
import { backendEnv, check, run, type Answer } from "./probing";

const vaultEnv = backendEnv(
    vaultBackendClass,
    vaultKwargs(
        { mount: "kv", kvVersion: 2, scope: "solar" },
        { address: "https://vault.test/", authMount: "approle", namespace: "team" },
        approleKwargs("r", "s"),
    ),
);
const login: Answer = [200, { auth: { client_token: "token" } }];
const vaultError = (...errors: string[]): object => ({ errors });

describe("a probe of Vault", () => {
    const ok: Answer = [200, { data: {} }];
    it("logs in, and reads a variable and a connection where Airflow does", async () => {
        const { problem, calls } = await run(probeVault, vaultEnv, { answers: [login, ok, ok] });
        assert.equal(problem, undefined);
        assert.deepEqual(calls, [
            "POST https://vault.test/v1/auth/approle/login",
            "GET https://vault.test/v1/kv/data/solar/variables/verify_variable",
            "GET https://vault.test/v1/kv/data/solar/connections/verify_connection_uri",
        ]);
    });
    it("reads only what Airflow looks up", async () => {
        const kwargs = vaultKwargs(
            { mount: "kv", kvVersion: 1, scope: "solar", only: "connections" },
            { address: "https://vault.test", authMount: "approle" },
            approleKwargs("r", "s"),
        );
        const { problem, calls } = await run(probeVault, backendEnv(vaultBackendClass, kwargs), {
            answers: [login, ok],
        });
        assert.equal(problem, undefined);
        assert.deepEqual(calls.slice(1), ["GET https://vault.test/v1/kv/solar/connections/verify_connection_uri"]);
    });
    const missing: Answer = [404, vaultError()];
    check(probeVault, vaultEnv, [
        { name: "reads names that do not exist", testSecrets: false, answers: [login, missing, missing] },
        {
            name: "does not repeat a refused login, which would lock the role",
            answers: [[400, vaultError("invalid role or secret ID")]],
            problem: { kind: "refused", mayPass: "no" },
        },
        {
            name: "tells another address apart",
            answers: [[400, vaultError("source address unauthorized by CIDR restrictions on the role")]],
            problem: { kind: "unreachable", mayPass: "no" },
        },
        {
            name: "refuses if one of the paths cannot be read",
            answers: [login, ok, [403, vaultError("1 error occurred:\n\t* permission denied\n\n")]],
            problem: { kind: "refused", mayPass: "soon" },
        },
        {
            name: "finds a test secret that is gone",
            answers: [login, missing],
            problem: { kind: "absent", mayPass: "soon" },
        },
        {
            name: "finds a mount that does not exist, also without test secrets",
            testSecrets: false,
            answers: [login, [404, vaultError("no handler for route kv/data/solar")]],
            problem: { kind: "absent", mayPass: "no" },
        },
        {
            name: "waits for a sealed Vault",
            answers: [[503, vaultError("Vault is sealed")]],
            problem: { kind: "failing", mayPass: "late" },
        },
        {
            name: "cannot reach it",
            answers: [new Error("connect ECONNREFUSED")],
            problem: { kind: "unreachable", mayPass: "soon" },
        },
    ]);

    describe("that has no answer", () => {
        const { VAULT_ADDR } = process.env;
        afterEach(() => {
            process.env.VAULT_ADDR = VAULT_ADDR;
            if (VAULT_ADDR === undefined) {
                delete process.env.VAULT_ADDR;
            }
        });
        const common =
            "This machine cannot reach the service, or does not trust its certificate (NODE_EXTRA_CA_CERTS), or " +
            "backend.address is wrong";
        for (const [own, cause] of [
            ["", common],
            ["https://VAULT.test", common],
            ["https://vault.example.com", `${common}. Pulumi reaches Vault at https://vault.example.com (VAULT_ADDR)`],
        ] as const) {
            it(`says that the address may be wrong, with VAULT_ADDR=${own}`, async () => {
                process.env.VAULT_ADDR = own;
                const { problem } = await run(probeVault, vaultEnv, { answers: [new Error("connect ECONNREFUSED")] });
                assert.equal(problem?.cause, cause);
            });
        }
    });

    for (const [type, mount] of [
        ["kubernetes", "clusters/eu"],
        ["jwt", "jwt"],
    ] as const) {
        const env = backendEnv(
            vaultBackendClass,
            vaultKwargs(
                { mount: "kv", kvVersion: 2, scope: "solar" },
                { address: "https://vault.test", authMount: mount },
                podKwargs(type, "a-role", "/tokens/token"),
            ),
        );
        it(`logs in with the token of the pods: ${type}`, async () => {
            const { problem, calls, bodies } = await run(probeVault, env, { answers: [login, ok, ok], token: "a.b.c" });
            assert.equal(problem, undefined);
            assert.equal(calls[0], `POST https://vault.test/v1/auth/${mount}/login`);
            assert.deepEqual(JSON.parse(bodies[0]!), { role: "a-role", jwt: "a.b.c" });
        });
        it(`needs that token: ${type}`, async () => {
            await assert.rejects(probeVault(env, probeReads(true)), new RegExp(`auth_type ${type} needs a token`));
        });
        const named =
            type === "jwt" ? "error validating token: invalid audience (aud) claim" : "namespace not authorized";
        check(probeVault, env, [
            {
                name: `does not repeat a refusal with a reason: ${type}`,
                token: "a.b.c",
                answers: [[400, vaultError(named)]],
                problem: { kind: "refused", mayPass: "no" },
            },
            {
                name: `judges a refusal without a reason: ${type}`,
                token: "a.b.c",
                answers: [[403, vaultError("permission denied")]],
                problem: type === "jwt" ? { kind: "unreachable", mayPass: "no" } : { kind: "refused", mayPass: "soon" },
            },
        ]);
    }

    it("throws for env vars that are not those of its backend, without a value", async () => {
        const env = { ...vaultEnv, AIRFLOW__SECRETS__BACKEND_KWARGS: '{"secret_id": "s3cr3t"' };
        await assert.rejects(
            probeVault(env, probeReads(true)),
            /^Error: AIRFLOW__SECRETS__BACKEND_KWARGS is not JSON$/,
        );
    });
});
