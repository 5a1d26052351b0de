import assert from "node:assert/strict";
import { Agent } from "node:https";
import { probeVault } from "../../../../sandbox/verify/probes/vault";
import type { ProbedDeployment } from "../../../../sandbox/verify/probes/probe";

/** Not used by the Vault probe. */
const agent = new Agent();
const edge = { proxyUrl: "http://127.0.0.1:1", ca: "" };
const url = "https://vault.sandbox.test";

function deployment(name: string, kwargs: Record<string, unknown> = {}): ProbedDeployment {
    const all = {
        url,
        auth_type: "approle",
        role_id: "role",
        secret_id: "the-secret-id",
        mount_point: "secret",
        kv_engine_version: 2,
        variables_path: `${name}/variables`,
        ...kwargs,
    };
    return {
        name,
        env: {
            AIRFLOW__SECRETS__BACKEND: "airflow.providers.hashicorp.secrets.vault.VaultBackend",
            AIRFLOW__SECRETS__BACKEND_KWARGS: JSON.stringify(all),
        },
        mayListNames: false,
    };
}

/**
 * Returns a fake Vault that allows the requests in `allowed`, answers all others with `otherwise`, and records them
 * all.
 */
function vault(allowed: readonly string[], otherwise = 403) {
    const requests: string[] = [];
    const fetch = (address: string, { method, headers }: { method: string; headers: Record<string, string> }) => {
        const request = `${method} ${address.replace(`${url}/v1/`, "")}`;
        requests.push(request);
        const isLogin = request === "POST auth/approle/login";
        const ok = isLogin || (headers["X-Vault-Token"] === "token" && allowed.includes(request));
        const body = isLogin
            ? { auth: { client_token: "token" } }
            : ok
              ? { data: {} }
              : { errors: ["1 error occurred:\n\t* permission denied\n\n"] };
        return Promise.resolve({ status: ok ? 200 : otherwise, text: () => Promise.resolve(JSON.stringify(body)) });
    };
    return { requests, fetch };
}

const ownVariable = "GET secret/data/solar/variables/verify_variable";
const solar = deployment("solar");
const lunar = deployment("lunar", { mount_point: "kv", kv_engine_version: 1 });

describe("the Vault probe", () => {
    it("passes if the credential can read its own variable and is refused everything else", async () => {
        const { requests, fetch } = vault([ownVariable]);
        const outcomes = await probeVault({ deployment: solar, neighbours: [lunar], fetch, agent, edge });
        assert.deepEqual(
            Object.values(outcomes).map(({ ok }) => ok),
            [true, true, true, true],
        );
        assert.deepEqual(requests, [
            "POST auth/approle/login",
            ownVariable,
            "GET kv/lunar/variables/verify_variable",
            "GET secret/data/solar/variables-beside/verify_variable",
            "LIST secret/metadata/solar/variables",
            "POST secret/data/solar/variables/verify_variable",
            "POST secret/data/solar/variables/verify_write_probe",
            "POST sys/policies/acl/verify-probe",
            "POST auth/approle/role/verify-probe",
            "POST auth/token/create",
        ]);
    });

    it("uses the paths of KV version 1 for a version 1 mount", async () => {
        const { requests, fetch } = vault(["GET kv/lunar/variables/verify_variable"]);
        await probeVault({ deployment: lunar, neighbours: [], fetch, agent, edge });
        assert.deepEqual(requests.slice(2), [
            "GET kv/lunar/variables-beside/verify_variable",
            "LIST kv/lunar/variables",
            "POST kv/lunar/variables/verify_variable",
            "POST kv/lunar/variables/verify_write_probe",
            "POST sys/policies/acl/verify-probe",
            "POST auth/approle/role/verify-probe",
            "POST auth/token/create",
        ]);
    });

    const tooMuch: [check: keyof Awaited<ReturnType<typeof probeVault>>, request: string][] = [
        ["neighbour's scope refused", "GET kv/lunar/variables/verify_variable"],
        ["neighbour's scope refused", "GET secret/data/solar/variables-beside/verify_variable"],
        ["list refused", "LIST secret/metadata/solar/variables"],
        ["write refused", "POST secret/data/solar/variables/verify_variable"],
        ["write refused", "POST secret/data/solar/variables/verify_write_probe"],
        ["escalation refused", "POST sys/policies/acl/verify-probe"],
        ["escalation refused", "POST auth/token/create"],
    ];
    for (const [check, request] of tooMuch) {
        it(`fails "${check}" alone when ${request} is allowed`, async () => {
            const { fetch } = vault([ownVariable, request]);
            const outcomes = await probeVault({ deployment: solar, neighbours: [lunar], fetch, agent, edge });
            assert.deepEqual(outcomes[check], { ok: false, detail: `${request} was allowed (200)` });
            assert.equal(Object.values(outcomes).filter(({ ok }) => ok).length, 3);
        });
    }

    it("counts only 403 as a refusal", async () => {
        for (const status of [400, 404, 500, 503]) {
            const { fetch } = vault([ownVariable], status);
            const outcomes = await probeVault({ deployment: solar, neighbours: [lunar], fetch, agent, edge });
            assert.ok(Object.values(outcomes).every(({ ok }) => !ok));
        }
    });

    it("fails every check if the credential cannot read its own variable", async () => {
        const { requests, fetch } = vault([]);
        const outcomes = await probeVault({ deployment: solar, neighbours: [lunar], fetch, agent, edge });
        assert.ok(Object.values(outcomes).every(({ ok }) => !ok));
        assert.match(
            outcomes["list refused"].detail,
            /cannot read its own test variable, .*\(403, permission denied\)/,
        );
        assert.equal(requests.length, 2);
    });

    it("ignores a neighbour that shares the secrets and one with an invalid environment", async () => {
        const { requests, fetch } = vault([ownVariable]);
        const sharing = deployment("solar-too", { variables_path: "solar/variables" });
        const broken = { name: "broken", env: {}, mayListNames: false };
        const outcomes = await probeVault({ deployment: solar, neighbours: [sharing, broken], fetch, agent, edge });
        assert.equal(outcomes["neighbour's scope refused"].ok, true);
        assert.equal(requests.filter((request) => request.startsWith("GET ")).length, 2);
    });

    it("reports what is wrong with the environment without revealing its values", async () => {
        const { fetch } = vault([]);
        const kwargs = '{"secret_id": "the-secret-id"';
        const cases: [env: Record<string, string>, reason: RegExp][] = [
            [
                { ...solar.env, AIRFLOW__SECRETS__BACKEND: "other.Backend" },
                /solar: AIRFLOW__SECRETS__BACKEND is not airflow\.providers/,
            ],
            [{ ...solar.env, AIRFLOW__SECRETS__BACKEND_KWARGS: kwargs }, /KWARGS is not JSON$/],
            [deployment("solar", { auth_type: "token" }).env, /is invalid: auth_type/],
        ];
        for (const [env, reason] of cases) {
            const outcomes = await probeVault({
                deployment: { name: "solar", env, mayListNames: false },
                neighbours: [],
                fetch,
                agent,
                edge,
            });
            for (const { ok, detail } of Object.values(outcomes)) {
                assert.equal(ok, false);
                assert.match(detail, reason);
                assert.doesNotMatch(detail, /the-secret-id/);
            }
        }
    });
});
