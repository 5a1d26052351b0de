import assert from "node:assert/strict";
import { verify, type Report, type StackDeployments } from "../../sandbox/verify/verify";
import { Harness } from "./harness";

const SOLAR = "solar-dust-1234";
const LUNAR = "lunar-tide-5678";
const ROLE = `auth/approle/role/airflow.dev.${SOLAR}`;

/** A check that cannot fail proves nothing: each thing is broken for itself, and its cells have to go bad. */
describe("verify", function () {
    this.timeout(600_000);
    this.slow(60_000);
    let harness: Harness;
    let deployments: StackDeployments;

    before(async () => {
        harness = await Harness.open();
        await harness.up();
        const { stdout } = await harness.succeed(["stack", "output", "--json"], { configFile: false });
        ({ deployments } = JSON.parse(stdout) as { deployments: StackDeployments });
    });
    after(() => harness.close());
    afterEach(() => harness.up("--refresh"));

    /** Names of the checks that failed, by Deployment. */
    async function failures(): Promise<Record<string, string[]>> {
        const report: Report = await verify({
            deployments,
            kubeconfigPath: harness.sandbox.kubeconfig,
            airflow: { python: harness.installed.airflow },
            edge: harness.sandbox.edge,
            stateDir: harness.sandbox.stateDir,
            log: () => undefined,
        });
        return Object.fromEntries(
            report.deployments.map(({ name, checks }) => [
                name,
                checks.filter(({ ok }) => !ok).map((check) => check.name),
            ]),
        );
    }

    const reads = ["variable read", "URI connection read", "JSON connection read"];

    it("fails a Deployment whose secret id was revoked, and its neighbour not", async () => {
        const [accessor] = await harness.vaultList(`${ROLE}/secret-id`);
        await harness.vault("POST", `${ROLE}/secret-id-accessor/destroy`, { secret_id_accessor: accessor });
        const found = await failures();
        assert.deepEqual(found[LUNAR], []);
        assert.deepEqual(found[SOLAR]?.slice(0, 3), reads);
        assert.equal(found[SOLAR].length, 6, "without a login no refusal is proven either");
    });

    it("fails the reads when the policy is gone", async () => {
        await harness.vault("DELETE", `sys/policies/acl/airflow.dev.${SOLAR}`);
        assert.deepEqual((await failures())[SOLAR]?.slice(0, 3), reads);
    });

    it("fails the refusals when the policy grants too much", async () => {
        const policy = 'path "*" { capabilities = ["create", "read", "update", "list"] }';
        await harness.vault("PUT", `sys/policies/acl/airflow.dev.${SOLAR}`, { policy });
        assert.deepEqual((await failures())[SOLAR], ["neighbour's scope refused", "list refused", "write refused"]);
    });

    it("fails the wiring when an env entry is taken off one container", async () => {
        const worker = { kind: "StatefulSet", namespace: `airflow-${SOLAR}`, name: `${SOLAR}-worker` };
        await harness.removeEnv(worker, "worker", "AIRFLOW__SECRETS__BACKEND_KWARGS");
        assert.ok((await failures())[SOLAR]?.includes("env wired"));
    });
});
