import assert from "node:assert/strict";
import type { Env } from "../../../../airflow/kwargs";
import { azureKeyVaultClass, azureKwargs } from "../../../../components/azure/airflow";
import { probeAzure } from "../../../../components/azure/probe";
import { backendEnv, check, run, type Answer } from "./probing";

const scope = { scope: "solar", sep: "-" };
const login = { tenant_id: "tenant", client_id: "app", client_secret: "secret" };
const azureEnv: Env = backendEnv(azureKeyVaultClass, azureKwargs(scope, "My-Vault", login));

const keylessEnv: Env = backendEnv(
    azureKeyVaultClass,
    azureKwargs(scope, "My-Vault", {
        managed_identity_client_id: "own-app",
        workload_identity_tenant_id: "own-tenant",
    }),
);
const refused = (code: string): Answer => [401, { error_description: `${code}: something about the assertion.` }];

const token: Answer = [200, { access_token: "token" }];
const azureError = (inner: string): object => ({
    error: { code: "Forbidden", message: "no", innererror: { code: inner } },
});

describe("a probe of Azure", () => {
    it("logs in, and reads where Airflow does", async () => {
        const answers: Answer[] = [token, [200, {}], [200, {}]];
        const { problem, calls } = await run(probeAzure, azureEnv, { answers });
        assert.equal(problem, undefined);
        assert.deepEqual(calls.slice(0, 2), [
            "POST https://login.microsoftonline.com/tenant/oauth2/v2.0/token",
            "GET https://my-vault.vault.azure.net/secrets/solar-airflow-variables-verify-variable?api-version=7.4",
        ]);
    });
    it("logs in with the same credential in whichever place it is", async () => {
        const inEnvironment = {
            AZURE_CLIENT_ID: "app",
            AZURE_TENANT_ID: "tenant",
            AZURE_CLIENT_SECRET: "secret",
            ...backendEnv(azureKeyVaultClass, azureKwargs(scope, "My-Vault", {})),
        };
        for (const env of [azureEnv, { AZURE_CLIENT_SECRET: "anothers", ...azureEnv }, inEnvironment]) {
            const { calls, bodies } = await run(probeAzure, env, { answers: [token, [200, {}], [200, {}]] });
            assert.match(calls[0] ?? "", /\/tenant\/oauth2/);
            assert.match(bodies[0] ?? "", /client_id=app&client_secret=secret&/);
        }
    });
    it("logs in with a token of the pods", async () => {
        const { problem, calls, bodies } = await run(probeAzure, keylessEnv, {
            token: "pods-token",
            answers: [token, [200, {}], [200, {}]],
        });
        assert.equal(problem, undefined);
        assert.equal(calls[0], "POST https://login.microsoftonline.com/own-tenant/oauth2/v2.0/token");
        const form = new URLSearchParams(bodies[0]);
        assert.deepEqual(
            ["client_id", "client_assertion", "client_secret"].map((name) => form.get(name)),
            ["own-app", "pods-token", null],
        );
        assert.match(form.get("client_assertion_type") ?? "", /:jwt-bearer$/);
    });
    it("reads only what Airflow looks up", async () => {
        const kwargs = azureKwargs({ ...scope, only: "connections" }, "My-Vault", login);
        const env = backendEnv(azureKeyVaultClass, kwargs);
        const { problem, calls } = await run(probeAzure, env, { answers: [token, [200, {}]] });
        assert.deepEqual([problem, calls.length], [undefined, 2]);
        assert.match(calls[1]!, /solar-airflow-connections-verify-connection-uri/);
    });
    check(probeAzure, azureEnv, [
        { name: "reads names that do not exist", testSecrets: false, answers: [token, [404, {}], [404, {}]] },
        {
            name: "waits for the client secret",
            answers: [[401, { error_description: "AADSTS7000215: Invalid client secret provided." }]],
            problem: { kind: "refused", mayPass: "late" },
        },
        {
            name: "waits for the grant",
            answers: [token, [403, azureError("ForbiddenByRbac")]],
            problem: { kind: "refused", mayPass: "late" },
        },
        {
            name: "tells a firewall apart",
            answers: [token, [403, azureError("ForbiddenByFirewall")]],
            problem: { kind: "unreachable", mayPass: "no" },
        },
    ]);
    check(probeAzure, keylessEnv, [
        ...["AADSTS70021", "AADSTS700211", "AADSTS700213", "AADSTS7002138"].map((code) => ({
            name: `waits for the federated credential: ${code}`,
            token: "pods-token",
            answers: [refused(code)],
            problem: { kind: "refused", mayPass: "late" } as const,
        })),
        {
            name: "waits a minute for an issuer that does not answer",
            token: "pods-token",
            answers: [refused("AADSTS50166")],
            problem: { kind: "refused", mayPass: "soon" },
        },
        {
            name: "does not wait if the token's signature or time is wrong",
            token: "pods-token",
            answers: [refused("AADSTS700024")],
            problem: { kind: "refused", mayPass: "no" },
        },
    ]);
});
