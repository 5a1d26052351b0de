import assert from "node:assert/strict";
import { join } from "node:path";
import { verify, type StackDeployments } from "../../sandbox/verify/verify";
import { dagRuns, type AirflowReader } from "../../sandbox/verify/airflowRun";
import { signingKeyIn } from "../../sandbox/services/kubernetes";
import { airflowsOf, STACK } from "../../sandbox/stackFile";
import { startAirflow } from "./airflowProcess";
import { AwsAccount } from "./aws";
import { AzureSubscription } from "./azure";
import { GoogleProject } from "./google";
import { Harness } from "./harness";
import type { LiveWorkload } from "./liveWorkload";

/** The steps have the order of Pulumi's own ProgramTest; each depends on the one before. */
describe("the dev stack", function () {
    this.timeout(1_800_000);
    this.slow(60_000);
    this.bail(true);
    let harness: Harness;
    let releases: readonly string[];
    let untouched: LiveWorkload["spec"][];

    before(async () => {
        harness = await Harness.open();
        releases = (await airflowsOf([STACK])).all.map(({ release }) => release);
        untouched = await specs();
    });
    after(() => harness.close());

    async function specs(): Promise<LiveWorkload["spec"][]> {
        const found = releases.flatMap((release) =>
            ["scheduler", "dag-processor", "triggerer", "api-server", "worker"].map((role) =>
                harness.workload(
                    ["triggerer", "worker"].includes(role) ? "StatefulSet" : "Deployment",
                    `airflow-${release}`,
                    `${release}-${role}`,
                ),
            ),
        );
        return (await Promise.all(found)).map(({ spec }) => spec);
    }

    it("fails on a wrong config with every problem named, no stack trace and nothing created", async () => {
        await harness.edit(([solar, lunar, crimson]) => {
            solar!.backend.mout = "secret";
            lunar!.backend.address = "vault";
            crimson!.backend.region = "us east 1";
        });
        const { code, all } = await harness.pulumi(["up", "--yes", "--skip-preview"]);
        await harness.restoreConfig();
        assert.notEqual(code, 0);
        assert.match(all, /backend\.mout/);
        assert.match(all, /backend\.address/);
        assert.match(all, /backend\.region/);
        assert.doesNotMatch(all, /\n\s+at .*:\d+/);
        const { resources } = await harness.state();
        assert.deepEqual(
            resources.filter(({ type }) => type !== "pulumi:pulumi:Stack"),
            [],
        );
    });

    it("is previewed, then created", async () => {
        const preview = await harness.succeed(["preview", "--diff"]);
        assert.match(preview.all, /AIRFLOW__SECRETS__BACKEND_KWARGS/, "a preview names every env var");
        await harness.up();
    });

    it("survives an export and import of its state", async () => {
        const file = join(harness.dir, "state.json");
        await harness.succeed(["stack", "export", "--file", file], { configFile: false });
        await harness.succeed(["stack", "import", "--file", file], { configFile: false });
    });

    it("has no changes the second time", async () => {
        await harness.succeed(["preview", "--expect-no-changes"]);
        await harness.up("--expect-no-changes");
    });

    it("lets a real Airflow read its secrets, and denies everything else", async () => {
        const { stdout } = await harness.succeed(["stack", "output", "--json"], { configFile: false });
        const { deployments } = JSON.parse(stdout) as { deployments: StackDeployments };
        const { edge, kubeconfig: kubeconfigPath, stateDir } = harness.sandbox;
        // A DAG run takes 20 seconds, so each kind of backend has one. The other Deployments of that kind differ only in
        // their target or their login.
        const python = harness.installed.airflow;
        const runDag = dagRuns({ python, edge, stateDir, log: () => undefined });
        const inProcess = await startAirflow(python, edge);
        const runsDag = ({ target, pods }: StackDeployments[string]): boolean =>
            target.kind === "kubernetes" && pods === undefined;
        const airflow: AirflowReader = (deployment) =>
            runsDag(deployments[deployment.name]!) ? runDag(deployment) : inProcess.read(deployment);
        const signingKeyPath = signingKeyIn(stateDir);
        const report = await verify({ deployments, kubeconfigPath, signingKeyPath, airflow, edge }).finally(() =>
            inProcess.close(),
        );
        assert.deepEqual(report.deployments.map(({ name }) => name).sort(), [...releases].sort());
        for (const { name, checks } of report.deployments) {
            assert.equal(checks.length, deployments[name]?.pods === undefined ? 8 : 9, name);
            assert.deepEqual(
                checks.filter(({ ok }) => !ok),
                [],
                name,
            );
        }
    });

    it("outputs when a credential expires, if it does", async () => {
        const { stdout } = await harness.succeed(["stack", "output", "--json"], { configFile: false });
        const { deployments } = JSON.parse(stdout) as {
            deployments: Record<string, { backend: string; credentialEnds?: string; pods?: object }>;
        };
        for (const [name, { backend, credentialEnds, pods }] of Object.entries(deployments)) {
            // A Deployment that logs in with the token of its pods has no credential.
            const lifetimeDays = pods === undefined ? { vault: 30, "azure-key-vault": 180 }[backend] : undefined;
            if (lifetimeDays === undefined) {
                assert.equal(credentialEnds, undefined, name);
            } else {
                const days = (Date.parse(credentialEnds ?? "") - Date.now()) / 86_400_000;
                assert.ok(days > lifetimeDays - 0.1 && days <= lifetimeDays, `${name} expires in ${days} days`);
            }
        }
    });

    it("shows no drift right after up", async () => {
        await harness.succeed(["refresh", "--yes", "--skip-preview", "--expect-no-changes"]);
    });

    it("leaves nothing in Vault and the clouds, and the workloads as they were, after destroy", async () => {
        await harness.succeed(["destroy", "--yes", "--skip-preview"]);
        const policies = await harness.vaultList("sys/policies/acl");
        assert.deepEqual(
            policies.filter((name) => name.startsWith("airflow.")),
            [],
        );
        for (const path of ["auth/approle/role", "secret/metadata", "kv"]) {
            assert.deepEqual(await harness.vaultList(path), [], path);
        }
        const aws = new AwsAccount(harness.sandbox.env);
        assert.deepEqual([await aws.users(), await aws.secrets(), await aws.parameters()], [[], [], []]);
        const google = await GoogleProject.open(harness.sandbox);
        assert.deepEqual([await google.accounts(), await google.accessors(), await google.secrets()], [[], [], []]);
        await google.close();
        const azure = await AzureSubscription.open(harness.sandbox);
        assert.deepEqual(
            [await azure.applications(), await azure.vaults(), await azure.secretsUserAssignments()],
            [[], [], []],
        );
        assert.equal((await azure.principals()).size, 1, "only the administrator's own is left");
        await azure.close();
        assert.deepEqual(await specs(), untouched);
        for (const release of releases) {
            const secrets = await harness.kubernetes.list("v1", "Secret", `airflow-${release}`);
            const others = secrets.items.filter(({ metadata }) => metadata?.name !== `${release}-env`);
            assert.deepEqual(others, [], "besides the Secrets of Astronomer's own variables");
        }
        assert.deepEqual((await harness.state()).resources, []);
    });

    it("can be created again", async () => {
        await harness.up();
        await harness.succeed(["preview", "--expect-no-changes"]);
    });
});
