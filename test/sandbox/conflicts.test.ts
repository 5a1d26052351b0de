import assert from "node:assert/strict";
import { Harness } from "./harness";
import type { EnvEntry } from "./liveWorkload";

const SOLAR = "solar-dust-1234";
const VARIABLE = "AIRFLOW__SECRETS__BACKEND";
const namespace = `airflow-${SOLAR}`;
const scheduler = { kind: "Deployment", namespace, name: `${SOLAR}-scheduler` };
const processor = { kind: "Deployment", namespace, name: `${SOLAR}-dag-processor` };
const worker = { kind: "StatefulSet", namespace, name: `${SOLAR}-worker` };
/** What the worker has before. */
const installed = ["AIRFLOW__CORE__EXECUTOR", "AIRFLOW__CORE__FERNET_KEY"];
const overriding = [
    { name: "AIRFLOW__WORKERS__SECRETS_BACKEND", value: "their.Backend" },
    { name: "AIRFLOW__SECRETS__BACKEND_KWARG__URL", value: "https://their.vault" },
];

/** The tests follow the life of a stack, so each depends on the one before. */
describe("a stack on workloads that other tools change", function () {
    this.timeout(600_000);
    this.slow(60_000);
    let harness: Harness;

    before(async () => {
        harness = await Harness.openAttached(SOLAR);
    });
    after(() => harness.close());
    afterEach(() => harness.restoreConfig());

    async function entry(workload: typeof scheduler): Promise<EnvEntry | undefined> {
        const { spec } = await harness.workload(workload.kind, workload.namespace, workload.name);
        return spec.template.spec.containers[0]!.env!.find(({ name }) => name === VARIABLE);
    }

    async function workerNames(): Promise<string[]> {
        const { spec } = await harness.workload(worker.kind, namespace, worker.name);
        return spec.template.spec.containers[0]!.env!.map(({ name }) => name);
    }

    /** Asserts that preview and up fail with messages that match. */
    async function refused(...patterns: RegExp[]): Promise<void> {
        for (const verb of [["preview"], ["up", "--yes", "--skip-preview"]]) {
            const { code, all } = await harness.pulumi(verb);
            assert.notEqual(code, 0);
            for (const pattern of patterns) {
                assert.match(all, pattern);
            }
            assert.doesNotMatch(all, /\n\s+at .*:\d+/, "a message, not a stack trace");
        }
    }

    it("names a missing workload and a missing container", async () => {
        await harness.edit(([solar]) => {
            solar!.target.workloads[0]!.name = `${SOLAR}-schedular`;
            solar!.target.workloads[3]!.kind = "StatefulSet";
            solar!.target.workloads[4]!.containers = ["workers"];
        });
        await refused(
            /there is no Deployment "solar-dust-1234-schedular" in namespace "airflow-solar-dust-1234"/,
            /there is no StatefulSet "solar-dust-1234-api-server" in .*, but a Deployment of that name: write kind: Deployment/,
            /StatefulSet "solar-dust-1234-worker" .* has no container "workers", only: worker/,
        );
    });

    it("never overwrites a literal value or a reference, names its owner, and what would override the stack's", async () => {
        const literal = { name: VARIABLE, value: "a.Backend" };
        const reference = { name: VARIABLE, valueFrom: { secretKeyRef: { name: "theirs", key: "backend" } } };
        await harness.applyAs("argocd", scheduler, "scheduler", [literal]);
        await harness.applyAs("flux", worker, "worker", [reference, ...overriding]);
        await refused(
            /container "scheduler": AIRFLOW__SECRETS__BACKEND is already set, to a literal value owned by "argocd"/,
            /container "worker": AIRFLOW__SECRETS__BACKEND is already set, to a reference owned by "flux"/,
            /"worker": AIRFLOW__WORKERS__SECRETS_BACKEND is set, to a literal value owned by "flux", and overrides/,
            /"worker": AIRFLOW__SECRETS__BACKEND_KWARG__URL is set, to a literal value owned by "flux", and overrides/,
        );
        assert.deepEqual(await entry(scheduler), literal);
        assert.deepEqual(await entry(worker), reference);
        await harness.applyAs("argocd", scheduler, "scheduler", []);
    });

    it("takes entries over with force: true, and removes what would override the stack's", async () => {
        await harness.edit(([solar]) => {
            solar!.target.force = true;
        });
        await harness.up();
        const reference = (await entry(worker))?.valueFrom?.secretKeyRef;
        assert.match(reference?.name ?? "", /^solar-dust-1234\.[0-9a-f]{8}\.env\.1-[0-9a-f]{8}$/);
        assert.deepEqual(await workerNames(), [...installed, VARIABLE, `${VARIABLE}_KWARGS`]);
        await harness.succeed(["preview", "--expect-no-changes"]);
        await harness.editEnv(worker, "worker", (env) => [...env, ...overriding]);
        await harness.up();
        assert.deepEqual(await workerNames(), [...installed, VARIABLE, `${VARIABLE}_KWARGS`]);
        await harness.succeed(["preview", "--expect-no-changes"]);
    });

    it("detects that somebody took over one of its entries", async () => {
        await harness.editEnv(processor, "dag-processor", (env) => [
            ...env.filter(({ name }) => name !== VARIABLE),
            { name: VARIABLE, value: "theirs" },
        ]);
        await refused(/already set, to a literal value owned by "kubectl-edit"/);
        assert.equal((await entry(processor))?.value, "theirs");
    });

    it("removes only its own entries on destroy", async () => {
        await harness.succeed(["destroy", "--yes", "--skip-preview"]);
        assert.equal((await entry(worker))?.valueFrom, undefined);
        assert.equal(await entry(scheduler), undefined);
        assert.equal((await entry(processor))?.value, "theirs");
        assert.deepEqual((await workerNames()).slice(0, 2), installed);
    });
});
