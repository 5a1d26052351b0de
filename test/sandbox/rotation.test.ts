import assert from "node:assert/strict";
import { join } from "node:path";
import { execa } from "execa";
import { projectDir } from "../../sandbox/paths";
import type { RotateOptions } from "../../scripts/rotate/run";
import { startAirflow, type AirflowProcess } from "./airflowProcess";
import { AwsAccount } from "./aws";
import { Harness } from "./harness";
import { Pods, readingDuring, type Reads } from "./pods";

/** Vault and Kubernetes. */
const SOLAR = "solar-dust-1234";
/** The Secret of SOLAR that pod templates refer to. */
const POD_TEMPLATE = "solar-pod-template-env";
/** AWS and Astronomer. */
const AMBER = "amber-orbit-1357";

/**
 * The second day of two Deployments. Their pods read with what they had when they started; the test restarts them late,
 * within the overlap.
 */
describe("a living Deployment", function () {
    this.timeout(300_000);
    this.slow(60_000);
    let harness: Harness;
    let airflow: AirflowProcess;
    let aws: AwsAccount;
    let pods: readonly Pods[];

    before(async () => {
        harness = await Harness.openAttached(SOLAR, AMBER);
        aws = new AwsAccount(harness.sandbox.env);
        airflow = await startAirflow(harness.installed.airflow, harness.sandbox.edge);
        await harness.edit(([solar]) => {
            solar!.target.podTemplateSecret = POD_TEMPLATE;
        });
        await harness.up();
        pods = await startPods();
    });
    after(async () => {
        await airflow.close();
        await harness.close();
    });

    const startPods = () =>
        Promise.all([
            Pods.start(harness, airflow, SOLAR),
            Pods.start(harness, airflow, SOLAR, POD_TEMPLATE),
            Pods.start(harness, airflow, AMBER),
        ]);

    /** Asserts that there were reads, and that none failed. */
    function assertRead({ count, failed }: Reads): void {
        assert.deepEqual(failed, []);
        assert.ok(count >= 4, `only ${count} reads`);
    }

    const failures = async (read: readonly Pods[]): Promise<string[]> => {
        const failed: string[] = [];
        for (const each of read) {
            failed.push(...((await each.read()).length > 0 ? [each.title] : []));
        }
        return failed;
    };

    async function rotate(options: Partial<RotateOptions>): Promise<{ code: number; output: string }> {
        const script = join(projectDir, "test", "sandbox", "rotateRun.ts");
        const require = ["--require", join(projectDir, "scripts", "typescript.cjs")];
        const args = [...require, script, JSON.stringify(options), "--config-file", harness.configFile];
        const { exitCode, all } = await execa(process.execPath, args, {
            cwd: projectDir,
            env: harness.sandbox.env,
            reject: false,
            all: true,
        });
        return { code: exitCode ?? -1, output: all };
    }

    async function rotated(options: Partial<RotateOptions>): Promise<string> {
        const { code, output } = await rotate(options);
        assert.equal(code, 0, output);
        return output;
    }

    const secretIds = async (): Promise<number> => {
        const roles = await harness.vaultList("auth/approle/role");
        const ids = roles.map((role) => harness.vaultList(`auth/approle/role/${role}/secret-id`));
        return (await Promise.all(ids)).flat().length;
    };

    it("rotates what is due, while its pods read", async () => {
        assert.match(await rotated({ due: true }), /dev: nothing to rotate\./);
        await harness.age({ days: 60 });
        let output = "";
        const reads = await readingDuring(pods, async () => {
            output = await rotated({ due: true });
        });
        assertRead(reads);
        assert.match(output, /secret-id\.2 created/);
        assert.match(output, /access-key\.2 created/);
        assert.match(output, /PodTemplateSecret solar-dust-1234\.env-pod-template updated/);
        assert.match(output, /dev: done\./);
        // The outputs list every Deployment.
        assert.doesNotMatch(output, /Outputs:|credentialEnds/);
        assert.equal(await secretIds(), 2);
        assert.deepEqual(await failures(await startPods()), []);
    });

    it("deletes the old credentials after the overlap, while restarted pods read", async () => {
        const late = pods;
        pods = await startPods();
        await harness.age({ days: 2 });
        assertRead(await readingDuring(pods, () => rotated({ due: true })));
        assert.equal(await secretIds(), 1);
        // A pod that has not restarted in time cannot read any more: the old credential is gone.
        assert.deepEqual(await failures(late), [SOLAR, POD_TEMPLATE, AMBER]);
    });

    it("refuses to rotate when something else would change", async () => {
        await harness.edit(([solar, amber]) => {
            solar!.backend.scope = "elsewhere";
            amber!.backend = { kind: "aws-parameter-store", region: "us-east-1", scope: "elsewhere" };
        });
        const { code, output } = await rotate({ due: true });
        assert.equal(code, 1);
        assert.match(output, /dev: more than a rotation would change\. Nothing was changed\. Run pulumi up first/);
        assert.match(output, /- solar-dust-1234: vault:index\/policy:Policy policy is created/);
        assert.match(output, /- amber-orbit-1357: aws:iam\/user:User user is created/);
    });

    it("changes its scope and its kind of backend, while its pods read", async () => {
        assertRead(await readingDuring(pods, () => harness.up()));
        const restarted = await startPods();
        assert.deepEqual(await failures(restarted), []);
        assert.equal((await aws.users()).length, 2);
        await harness.succeed(["preview", "--expect-no-changes"]);
    });

    it("is renamed with the overlap over: nothing moves, and the old identities go", async () => {
        pods = await startPods();
        await harness.age({ days: 2 });
        await harness.edit(([solar, amber]) => {
            solar!.name = "renamed-one";
            amber!.name = "renamed-two";
            amber!.target.releaseName = AMBER;
        });
        let output = "";
        const reads = await readingDuring(pods, async () => {
            output = (await harness.up()).all;
        });
        assertRead(reads);
        assert.doesNotMatch(output, /creat|WorkloadPatch|PodTemplateSecret|EnvironmentVariables/);
        assert.equal((await harness.vaultList("auth/approle/role")).length, 1);
        assert.equal((await aws.users()).length, 1);
    });

    it("replaces a leaked credential at once", async () => {
        const output = await rotated({ deployments: ["renamed-one"], revoke: true });
        assert.match(output, /secret-id\.1 deleted/);
        assert.doesNotMatch(output, /access-key/);
        assert.deepEqual(await failures(pods), [SOLAR, POD_TEMPLATE]);
        assert.deepEqual(await failures(await startPods()), []);
    });

    it("keeps the previous Secret if another address comes with a rotation, and not without one", async () => {
        const secrets = async (): Promise<string[]> => {
            const { items } = await harness.kubernetes.list("v1", "Secret", `airflow-${SOLAR}`);
            return items.flatMap(({ metadata }) => metadata?.name ?? []).filter((name) => /\.env\.\d-/.test(name));
        };
        const moveTo = (address: unknown): Promise<void> =>
            harness.edit(([solar]) => {
                solar!.backend.address = address;
            });
        const [first = "", ...others] = await secrets();
        assert.deepEqual(others, []);
        await moveTo(harness.sandbox.env.VAULT_ADDR);
        await rotated({ deployments: ["renamed-one"] });
        const [second = "", ...more] = (await secrets()).filter((name) => name !== first);
        assert.deepEqual(more, []);
        await moveTo("https://vault.sandbox.test");
        await harness.up();
        const last = await secrets();
        assert.equal(last.length, 2);
        assert.deepEqual([last.includes(first), last.includes(second)], [true, false]);
    });
});
