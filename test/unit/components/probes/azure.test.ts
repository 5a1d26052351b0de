import assert from "node:assert/strict";
import type { Env } from "../../../../airflow/kwargs";
import { azureKeyVaultClass, azureKwargs } from "../../../../components/azure/airflow";
import { probeAzure } from "../../../../components/azure/probe";
import { backendEnv, check, run, type Answer } from "./probing";

const scope = { scope: "solar", sep: "-" };
const login = { tenant_id: "tenant", client_id: "app", client_secret: "secret" };
const azureEnv: Env = backendEnv(azureKeyVaultClass, azureKwargs(scope, "My-Vault", login));

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
});
