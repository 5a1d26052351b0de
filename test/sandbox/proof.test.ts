import assert from "node:assert/strict";
import { startAirflow, type AirflowProcess } from "./airflowProcess";
import { edgeSeen, setEdgeFaults } from "./edgeFaults";
import { Harness } from "./harness";
import { Pods, readingDuring } from "./pods";
import { startCommand } from "./running";
import type { EdgeFault } from "../../sandbox/edge/faults";

const VAULT_ON_KUBERNETES = "solar-dust-1234";
const VAULT = "lunar-tide-5678";
const SECRETS_MANAGER = "amber-orbit-1357";
const PARAMETER_STORE = "golden-nebula-8642";
const GOOGLE = "copper-aurora-2718";
const AZURE = "jade-eclipse-5772";
const all = [VAULT_ON_KUBERNETES, VAULT, SECRETS_MANAGER, PARAMETER_STORE, GOOGLE, AZURE];
const withLateGrants = [SECRETS_MANAGER, PARAMETER_STORE, GOOGLE, AZURE];

const denied = "This grant is not in force yet.";
const aws = { status: 400, body: JSON.stringify({ __type: "AccessDeniedException", Message: denied }) };
const google = { status: 403, body: JSON.stringify({ error: { code: 403, message: denied } }) };
const azure = {
    status: 403,
    body: JSON.stringify({ error: { code: "Forbidden", message: denied, innererror: { code: "ForbiddenByRbac" } } }),
};
const vault = { status: 403, body: JSON.stringify({ errors: ["1 error occurred:\n\t* permission denied\n\n"] }) };

/** What the services answer to reads of secrets in that scope while the grant is not in force. */
function refusals(scope: (deployment: string) => string): Record<string, EdgeFault> {
    const reads = (deployment: string, url: string, act: EdgeFault["act"]): EdgeFault => ({
        matches: `${url}.*${scope(deployment)}.*variable`,
        act,
    });
    return {
        [VAULT_ON_KUBERNETES]: reads(VAULT_ON_KUBERNETES, "^GET https://vault", vault),
        [VAULT]: reads(VAULT, "^GET https://vault", vault),
        [SECRETS_MANAGER]: reads(SECRETS_MANAGER, "^POST https://secretsmanager.* ", aws),
        [PARAMETER_STORE]: reads(PARAMETER_STORE, "^POST https://ssm.* ", aws),
        // Preflight asks for the secrets, without their values.
        [GOOGLE]: { matches: `^GET https://secretmanager.*${scope(GOOGLE)}.*variable.*:access`, act: google },
        [AZURE]: reads(AZURE, "^GET https://[^/]*vault.azure.net/secrets/", azure),
    };
}

/** Before a Deployment's env vars change, its credential has to read, from the machine that runs Pulumi. */
describe("the proof of a credential", function () {
    this.timeout(300_000);
    this.slow(60_000);
    this.bail(true);
    let harness: Harness;
    let airflow: AirflowProcess;

    before(async () => {
        harness = await Harness.openAttached(...all);
        airflow = await startAirflow(harness.installed.airflow, harness.sandbox.edge);
    });
    after(async () => {
        await airflow.close();
        await harness.close();
    });

    const podsOf = (names: readonly string[]) => Promise.all(names.map((name) => Pods.start(harness, airflow, name)));

    const keepGoing = "--continue-on-error";

    it("stops waiting on Ctrl-C", async () => {
        await harness.keep(GOOGLE);
        await setEdgeFaults(harness.sandbox, refusals((each) => each)[GOOGLE]!);
        const args = ["up", "--yes", "--skip-preview", "--non-interactive", "--config-file", harness.configFile];
        const up = startCommand("pulumi", args, harness.sandbox.env);
        await up.waitForOutput(/waiting until its credential reads, /);
        process.kill(up.pid, "SIGINT");
        const { code, all: printed } = await up.ended;
        assert.equal(code, 1, printed);
        assert.match(printed, /cancelled before the credential could read\. The env vars were not changed/);
        assert.match(printed, /https:\/\/secretmanager\.googleapis\.com\/v1\/projects\/sandbox-project\/secrets\//);
        await harness.restoreConfig();
    });

    it("waits until grants are in force, and prints no secret", async () => {
        const faults = withLateGrants.map((name): EdgeFault => ({ ...refusals((each) => each)[name]!, times: 2 }));
        await setEdgeFaults(harness.sandbox, ...faults);
        const { all: output } = await harness.up();
        const { affected, requests } = await edgeSeen(harness.sandbox);
        assert.deepEqual(affected, [2, 2, 2, 2], requests.join("\n"));
        for (const name of all) {
            const { secret_id: secretId } = await harness.kwargs(name);
            assert.ok(!output.includes(String(secretId)));
        }
        const failed = await Promise.all((await podsOf(all)).map((pods) => pods.read()));
        assert.deepEqual(failed.flat(), []);
    });

    it("leaves the env vars and what they hold alone if a new credential does not read in time", async () => {
        const pods = await podsOf(all);
        const before = await Promise.all(all.map((name) => harness.resolvedEnv(name)));
        await harness.edit((deployments) => {
            for (const each of deployments) {
                each.backend.scope = `moved-${each.name}`;
                each.proofTimeout = "4s";
            }
        });
        await setEdgeFaults(harness.sandbox, ...Object.values(refusals((name) => `moved-${name}`)));
        let output = "";
        const { failed } = await readingDuring(pods, async () => {
            output = await harness.failedUp(keepGoing);
        });
        assert.deepEqual(failed, []);
        for (const name of all) {
            assert.match(output, new RegExp(`The credential for Deployment "${name}" does not read its secrets\\.`));
        }
        assert.match(output, /tried: GetSecretValue airflow\/moved-amber-orbit-1357\/variables\/verify_variable at/);
        assert.match(output, /answer: AccessDeniedException: This grant is not in force yet\./);
        assert.match(output, /answer: 403 permission denied/);
        assert.match(output, /waited: [45] s/);
        assert.deepEqual(await Promise.all(all.map((name) => harness.resolvedEnv(name))), before);
    });

    it("goes on with the next up, while pods read", async () => {
        await setEdgeFaults(harness.sandbox);
        const { failed } = await readingDuring(await podsOf(all), () => harness.up());
        assert.deepEqual(failed, []);
        const after = await Promise.all((await podsOf(all)).map((pods) => pods.read()));
        assert.deepEqual(after.flat(), []);
        await harness.succeed(["preview", "--expect-no-changes"]);
    });

    it("names proof: if-reachable when only Airflow can reach the service", async () => {
        await harness.keep(VAULT_ON_KUBERNETES, VAULT);
        await harness.edit(([solar, lunar]) => {
            solar!.backend.boundCidrs = ["192.0.2.0/24"];
            lunar!.backend.address = "https://vault.not-here.test";
        });
        const output = await harness.failedUp(keepGoing);
        assert.match(output, /"solar-dust-1234" cannot be tried from this machine/);
        assert.match(output, /likely cause: boundCidrs accepts logins from other addresses/);
        assert.match(output, /"lunar-tide-5678" cannot be tried from this machine/);
        assert.match(output, /, or backend\.address is wrong\. Pulumi reaches Vault at \S+ \(VAULT_ADDR\)\./);
        assert.match(output, /set proof: if-reachable or proof: off for this Deployment/);
    });

    it("only warns with proof: if-reachable, and is silent with proof: off", async () => {
        await harness.edit(([solar, lunar]) => {
            solar!.proof = "if-reachable";
            lunar!.proof = "off";
        });
        const { all: output } = await harness.up();
        assert.match(output, /Nobody has seen that the credential for Deployment "solar-dust-1234" reads its secrets/);
        assert.doesNotMatch(output, /lunar-tide-5678" reads/);
        assert.equal((await harness.kwargs(VAULT)).url, "https://vault.not-here.test");
    });
});
