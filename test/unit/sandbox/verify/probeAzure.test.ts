import assert from "node:assert/strict";
import { Agent } from "node:https";
import { probeAzure } from "../../../../sandbox/verify/probes/azure";
import type { Answer, ProbeArgs, ProbedDeployment } from "../../../../sandbox/verify/probes/probe";

const agent = new Agent();
const edge = { proxyUrl: "http://127.0.0.1:1", ca: "" };

function deployment(name: string, { mayListNames = false, vault = name } = {}): ProbedDeployment {
    const kwargs = {
        variables_prefix: "vars",
        vault_url: `https://${vault}.vault.azure.net`,
        tenant_id: "tenant",
        client_id: `client-of-${name}`,
        client_secret: "canary-secret",
    };
    return {
        name,
        env: {
            AIRFLOW__SECRETS__BACKEND: "airflow.providers.microsoft.azure.secrets.key_vault.AzureKeyVaultBackend",
            AIRFLOW__SECRETS__BACKEND_KWARGS: JSON.stringify(kwargs),
        },
        mayListNames,
    };
}

const solar = deployment("solar");
const lunar = deployment("lunar");
const ownVariable = "GET https://solar.vault.azure.net/secrets/vars-verify-variable";

/** Returns a fake Azure that allows the calls for which `allows` returns true, and records all calls except logins. */
function azure(allows: (call: string) => boolean): { calls: string[]; fetch: ProbeArgs["fetch"] } {
    const calls: string[] = [];
    const answer = (status: number, body: object): Promise<Answer> =>
        Promise.resolve({ status, text: () => Promise.resolve(JSON.stringify(body)) });
    const fetch: ProbeArgs["fetch"] = (url, { method }) => {
        const call = `${method} ${url.replace(/\?.*$/, "")}`;
        if (call.includes("/oauth2/v2.0/token")) {
            return allows(call)
                ? answer(200, { access_token: "token" })
                : answer(401, { error: "invalid_client", error_description: "AADSTS7000215: Invalid client secret" });
        }
        calls.push(call);
        if (call.endsWith("/subscriptions")) {
            return answer(200, { value: allows(call) ? [{ id: "/subscriptions/one" }] : [] });
        }
        return allows(call)
            ? answer(200, { keyId: "made" })
            : answer(403, { error: { code: "Forbidden", message: "no" } });
    };
    return { calls, fetch };
}

const isLogin = (call: string) => call.includes("/token");
const run = (fetch: ProbeArgs["fetch"], of = solar) =>
    probeAzure({ deployment: of, neighbours: [lunar], fetch, agent, edge });
const verdicts = (outcomes: Awaited<ReturnType<typeof run>>) => Object.values(outcomes).map(({ ok }) => ok);

describe("the Key Vault probe", () => {
    it("passes if the app can read its own variable and is refused everything else", async () => {
        const { calls, fetch } = azure((call) => isLogin(call) || call === ownVariable);
        const outcomes = await run(fetch);
        assert.deepEqual(verdicts(outcomes), [true, true, true, true]);
        for (const call of [
            "GET https://lunar.vault.azure.net/secrets/vars-verify-variable",
            "GET https://solar.vault.azure.net/secrets",
            "PUT https://solar.vault.azure.net/secrets/vars-verify-variable",
            "DELETE https://solar.vault.azure.net/secrets/vars-verify-variable",
            "POST https://graph.microsoft.com/v1.0/applications(appId='client-of-solar')/addPassword",
        ]) {
            assert.ok(calls.includes(call), call);
        }
    });

    it("fails every check if everything is allowed, and undoes its changes", async () => {
        const { calls, fetch } = azure(() => true);
        assert.deepEqual(verdicts(await run(fetch)), [false, false, false, false]);
        for (const call of [
            "DELETE https://solar.vault.azure.net/secrets/vars-verify-variable-probe",
            "DELETE https://solar.vault.azure.net/deletedsecrets/vars-verify-variable-probe",
            "POST https://solar.vault.azure.net/deletedsecrets/vars-verify-variable/recover",
            "POST https://graph.microsoft.com/v1.0/applications(appId='client-of-solar')/removePassword",
        ]) {
            assert.ok(calls.includes(call), call);
        }
    });

    it("proves nothing where the app cannot log in or read, and says so without the secret", async () => {
        for (const allows of [() => false, isLogin]) {
            const outcomes = await run(azure(allows).fetch);
            assert.deepEqual(verdicts(outcomes), [false, false, false, false]);
            assert.match(outcomes["list refused"].detail, /^inconclusive: .*\((401 AADSTS7000215.*|403 no)\)$/);
            assert.ok(!JSON.stringify(outcomes).includes("canary-secret"));
        }
    });

    it("adds a note if the role allows listing names, and still tries the other vaults", async () => {
        const listsOwn = "GET https://solar.vault.azure.net/secrets";
        const isAllowed = (call: string) => isLogin(call) || call === ownVariable || call === listsOwn;
        const byRole = await run(azure(isAllowed).fetch, deployment("solar", { mayListNames: true }));
        assert.equal(byRole["list refused"].ok, true);
        assert.match(byRole["list refused"].note ?? "", /lets it list the names in its own vault/);
        assert.equal((await run(azure(isAllowed).fetch))["list refused"].ok, false, "a policy does not");
        const other = (call: string) => isAllowed(call) || call === "GET https://lunar.vault.azure.net/secrets";
        const wide = await run(azure(other).fetch, deployment("solar", { mayListNames: true }));
        assert.equal(wide["list refused"].ok, false);
    });

    it("logs in with the token of a Deployment without a stored credential", async () => {
        const { env, ...rest } = solar;
        const kwargs = JSON.parse(env.AIRFLOW__SECRETS__BACKEND_KWARGS ?? "") as Record<string, string>;
        const { tenant_id, client_id, client_secret, ...others } = kwargs;
        assert.ok(tenant_id && client_id && client_secret);
        const keyless = { ...others, managed_identity_client_id: "own-app", workload_identity_tenant_id: "own-tenant" };
        const forms: string[] = [];
        const { fetch } = azure((call) => isLogin(call) || call === ownVariable);
        const recording: ProbeArgs["fetch"] = (url, init) => {
            if (isLogin(url)) forms.push(`${url} ${init.body ?? ""}`);
            return fetch(url, init);
        };
        const withKwargs = { ...env, AIRFLOW__SECRETS__BACKEND_KWARGS: JSON.stringify(keyless) };
        const outcomes = await run(recording, { ...rest, env: withKwargs, token: "pods-token" });
        assert.deepEqual(verdicts(outcomes), [true, true, true, true]);
        assert.match(forms[0] ?? "", /\/own-tenant\/.*client_id=own-app&.*client_assertion=pods-token/);
    });

    it("ignores a neighbour that shares the vault and one with an invalid environment", async () => {
        const { calls, fetch } = azure((call) => isLogin(call) || call === ownVariable);
        const neighbours = [deployment("amber", { vault: "solar" }), { name: "broken", env: {}, mayListNames: false }];
        const outcomes = await probeAzure({ deployment: solar, neighbours, fetch, agent, edge });
        assert.deepEqual(verdicts(outcomes), [true, true, true, true]);
        assert.equal(calls.filter((call) => call === ownVariable).length, 1);
    });
});
