import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { execa } from "execa";
import { projectDir } from "../../sandbox/paths";
import { Cluster } from "./cluster";
import { documentedRules, withoutVerb, type Rule } from "./documentedRole";
import { Harness } from "./harness";
import type { EnvEntry } from "./liveWorkload";
import { assertNeedsEveryVerb } from "./podTemplateSecret";

const SOLAR = "solar-dust-1234";
const namespace = `airflow-${SOLAR}`;
const BACKEND = "AIRFLOW__SECRETS__BACKEND";
const KWARGS = `${BACKEND}_KWARGS`;

const scheduler = { kind: "Deployment", namespace, name: `${SOLAR}-scheduler` };
const worker = { kind: "StatefulSet", namespace, name: `${SOLAR}-worker` };

describe("env vars on Kubernetes", function () {
    this.timeout(900_000);
    this.slow(60_000);
    let harness: Harness;
    let cluster: Cluster;

    before(async () => {
        harness = await Harness.openAttached(SOLAR);
        cluster = new Cluster(harness.sandbox.kubeconfig);
        // Somebody else's container comes first. Each Airflow container already has two env entries of Airflow's own.
        await cluster.addSidecar(namespace, scheduler.name, "mesh-proxy");
        await target({ workloads: [workloadOf(scheduler), workloadOf(worker)] });
        await harness.up();
    });
    after(() => harness.close());

    const workloadOf = ({ kind, name }: { kind: string; name: string }) => ({
        kind,
        name,
        containers: [name.slice(SOLAR.length + 1)],
    });

    const target = (change: object): Promise<void> =>
        harness.edit(([solar]) => {
            Object.assign(solar!.target, change);
        });

    async function entries(workload: typeof scheduler): Promise<Record<string, EnvEntry>> {
        const { spec } = await harness.workload(workload.kind, workload.namespace, workload.name);
        const container = spec.template.spec.containers.find(({ name }) => workload.name.endsWith(name));
        return Object.fromEntries((container?.env ?? []).map((entry) => [entry.name, entry]));
    }

    async function assertStackEntries(): Promise<void> {
        for (const workload of [scheduler, worker]) {
            const { [BACKEND]: backend, [KWARGS]: kwargs } = await entries(workload);
            for (const reference of [backend, kwargs].map((entry) => entry?.valueFrom?.secretKeyRef?.name)) {
                assert.match(reference ?? "", /^solar-dust-1234\.[0-9a-f]{8}\.env\.1-[0-9a-f]{8}$/, workload.name);
            }
        }
    }

    it("show no change in the next preview and refresh, and nothing else is in the state", async () => {
        await assertStackEntries();
        await harness.succeed(["preview", "--expect-no-changes"]);
        await harness.succeed(["up", "--yes", "--skip-preview", "--refresh", "--expect-no-changes"]);
        const { text } = await harness.state();
        assert.match(text, /airflow-deployment:kubernetes:WorkloadPatch/);
        for (const theirs of ["EXECUTOR", "FERNET", "fernet", "mesh-proxy", "SIDECAR_TOKEN", "theirs-in-confidence"]) {
            assert.ok(!text.includes(theirs), theirs);
        }
    });

    it("are compared entry by entry, and a removed entry is restored", async () => {
        await harness.removeEnv(scheduler, "scheduler", BACKEND);
        const { all } = await harness.succeed(["preview", "--refresh", "--diff"]);
        assert.match(all, /scheduler: AIRFLOW__SECRETS__BACKEND"?\s*: "removed"/);
        assert.doesNotMatch(all, /_KWARGS"?\s*: "removed"/);
        await harness.up("--refresh");
        await assertStackEntries();
        await harness.succeed(["preview", "--refresh", "--expect-no-changes"]);
    });

    it("that somebody took over are reported with owner and no value, and restored with force: true", async () => {
        const literal = { name: BACKEND, value: "theirs-in-confidence" };
        const reference = { name: KWARGS, valueFrom: { configMapKeyRef: { name: "theirs-in-confidence", key: "k" } } };
        const replaced = (env: readonly EnvEntry[], by: EnvEntry) =>
            env.map((old) => (old.name === by.name ? by : old));
        await harness.editEnv(scheduler, "scheduler", (env) => replaced(env, literal));
        await harness.editEnv(worker, "worker", (env) => replaced(env, reference as EnvEntry));
        const { all } = await harness.succeed(["refresh", "--yes", "--diff"]);
        assert.match(all, /scheduler: AIRFLOW__SECRETS__BACKEND"?\s*: "set to a literal value by \\"kubectl-edit\\""/);
        assert.match(all, /worker: AIRFLOW__SECRETS__BACKEND_KWARGS"?\s*: "set to a reference by \\"kubectl-edit\\""/);
        assert.ok(!`${all}${(await harness.state()).text}`.includes("theirs-in-confidence"));

        const refused = await harness.failedUp();
        assert.match(
            refused,
            /"scheduler": AIRFLOW__SECRETS__BACKEND is already set, to a literal value owned by "kubectl-edit"/,
        );
        assert.match(
            refused,
            /"worker": AIRFLOW__SECRETS__BACKEND_KWARGS is already set, to a reference owned by "kubectl-edit"/,
        );
        await target({ force: true });
        await harness.up();
        await assertStackEntries();
        await harness.succeed(["preview", "--refresh", "--expect-no-changes"]);
        await target({ force: false });
    });

    it("are waited for until the pods have them, and an interrupted up continues with the next one", async () => {
        await target({ waitForRollout: true });
        const waiting = /waiting for the pods with the new env vars: its controller has not seen the change/;
        const stopped = await startUp(waiting);
        stopped.child.kill("SIGINT");
        const { exitCode, all } = await stopped.child;
        assert.notEqual(exitCode, 0);
        assert.match(all, /rollout of .* was not complete when Pulumi was told to stop/);

        const next = await startUp(waiting);
        const done = { updatedReplicas: 1, readyReplicas: 1, availableReplicas: 1 };
        await cluster.setRollout(scheduler, done);
        await cluster.setRollout(worker, done);
        const finished = await next.child;
        assert.equal(finished.exitCode, 0, finished.all);
        await harness.succeed(["preview", "--expect-no-changes"]);
        await target({ waitForRollout: false });
    });

    /** Starts an `up` and waits until its output matches. */
    async function startUp(pattern: RegExp) {
        const args = ["up", "--yes", "--skip-preview", "--non-interactive", "--config-file", harness.configFile];
        const child = execa("pulumi", args, { cwd: projectDir, env: harness.sandbox.env, reject: false, all: true });
        let output = "";
        await new Promise<void>((resolve, reject) => {
            child.all.on("data", (chunk: Buffer) => {
                output += chunk.toString();
                if (pattern.test(output)) resolve();
            });
            void child.then(({ exitCode, all }) => {
                reject(new Error(`exited with ${exitCode ?? "no code"} before it printed ${String(pattern)}:\n${all}`));
            });
        });
        return { child };
    }

    it("are set with the kubeconfig and context of the stack's config, which is encrypted in the state", async () => {
        const { env, kubeconfig } = harness.sandbox;
        const text = await readFile(kubeconfig, "utf8");
        const [, token = ""] = /"token": "([^"]+)"/.exec(text) ?? [];
        const config = async (...args: string[]) => harness.succeed(["config", ...args]);
        const secret = ["config", "set", "--secret", "kubernetes:kubeconfig", "--config-file", harness.configFile];
        await execa("pulumi", secret, { cwd: projectDir, env, input: text });
        await config("set", "kubernetes:context", "sandbox");
        const clusterUid = "airflow-secrets-backends:kubernetesClusterUid";
        env.KUBECONFIG = "/nowhere";
        try {
            await harness.up();
            await harness.removeEnv(worker, "worker", BACKEND);
            await harness.up("--refresh");
            await assertStackEntries();
            const state = await harness.state();
            assert.ok(token.length > 20 && !state.text.includes(token), "the token is encrypted");
            await config("set", "kubernetes:context", "another");
            assert.match(await harness.failedUp(), /the kubeconfig has no context "another", only: sandbox/);
            await config("set", "kubernetes:context", "sandbox");
            await config("set", clusterUid, "00000000-0000-0000-0000-000000000000");
            assert.match(
                await harness.failedUp(),
                /The cluster at https:\S+ has the UID [0-9a-f-]{36}, but kubernetesClusterUid in Pulumi\.dev\.yaml is 0000/,
            );
        } finally {
            env.KUBECONFIG = kubeconfig;
            await config("rm", "kubernetes:kubeconfig");
            await config("rm", "kubernetes:context");
            await config("rm", clusterUid);
        }
        await harness.up();
        await assertStackEntries();
    });

    /** The provider host creates the Secret as administrator, so its rights are checked separately. */
    describe("with the Role of docs/kubernetes.md", () => {
        let kubeconfig: string;
        const documented = documentedRules();

        async function as<T>(rules: Rule[], work: () => Promise<T>): Promise<T> {
            await cluster.setRole(namespace, "least-rights", rules);
            const { env } = harness.sandbox;
            env.KUBECONFIG = kubeconfig;
            try {
                return await harness.startingOwnPlugin(work);
            } finally {
                env.KUBECONFIG = harness.sandbox.kubeconfig;
            }
        }

        const without = (resource: string, verb: string): Rule[] => withoutVerb(documented, resource, verb);

        before(async () => {
            kubeconfig = await cluster.createKubeconfig(namespace, "least-rights", harness.dir);
        });

        it("can be set, refreshed and changed", async () => {
            await target({ podTemplateSecret: "pod-env" });
            await as(documented, async () => {
                await harness.removeEnv(scheduler, "scheduler", BACKEND);
                await harness.up("--refresh");
                await harness.succeed(["preview", "--refresh", "--expect-no-changes"]);
            });
            await assertStackEntries();
            assert.deepEqual(Object.keys(await harness.secret(namespace, "pod-env")), [BACKEND, KWARGS]);
        });

        it("cannot be kept in a Secret for pod templates with one verb less", async () => {
            await assertNeedsEveryVerb({ cluster, kubeconfig, namespace, account: "least-rights", rules: documented });
        });

        it("cannot be changed with one verb less", async () => {
            // A new credential is due, and with it new env entries.
            await harness.age({ days: 20 });
            for (const resource of ["deployments", "statefulsets"]) {
                const read = await as(without(resource, "get"), () => harness.pulumi(["preview"]));
                assert.match(read.all, new RegExp(`cannot read .*: 403 ${resource}\\.apps .* cannot get resource`));
                const patch = await as(without(resource, "patch"), () => harness.pulumi(["preview"]));
                assert.match(
                    patch.all,
                    new RegExp(`cannot change .*: 403 ${resource}\\.apps .* cannot patch resource`),
                );
                assert.deepEqual([read.code === 0, patch.code === 0], [false, false]);
            }
        });

        it("come with all rights needed on Secrets, and none to create or delete workloads", async () => {
            await cluster.setRole(namespace, "least-rights", documented);
            const isAllowed = async (resource: string, ...verbs: string[]) =>
                Promise.all(verbs.map((verb) => cluster.isAllowed(namespace, "least-rights", verb, resource)));
            const needed = await isAllowed("secrets", "get", "list", "watch", "create", "patch", "delete");
            assert.ok(!needed.includes(false));
            const others = [
                ...(await isAllowed("secrets", "update", "deletecollection")),
                ...(await isAllowed("pods", "get", "create", "delete")),
                ...(await isAllowed("deployments", "list", "create", "update", "delete")),
            ];
            assert.ok(!others.includes(true));
        });
    });

    // Runs last. It is a suite, because mocha runs a suite's own tests before its nested suites.
    describe("when the stack is destroyed", () => {
        it("are removed, even if a workload was deleted", async () => {
            await cluster.apps.deleteNamespacedStatefulSet({ namespace, name: worker.name });
            await harness.succeed(["destroy", "--yes", "--skip-preview"]);
            await assert.rejects(harness.secret(namespace, "pod-env"), /not found/);
            assert.deepEqual(Object.keys(await entries(scheduler)), [
                "AIRFLOW__CORE__EXECUTOR",
                "AIRFLOW__CORE__FERNET_KEY",
            ]);
        });
    });
});
