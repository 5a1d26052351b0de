import assert from "node:assert/strict";
import { Harness, type EnvEntry } from "./harness";

const SOLAR = "solar-dust-1234";
const VARIABLE = "AIRFLOW__SECRETS__BACKEND";
const namespace = `airflow-${SOLAR}`;
const scheduler = { kind: "Deployment", namespace, name: `${SOLAR}-scheduler` };
const worker = { kind: "StatefulSet", namespace, name: `${SOLAR}-worker` };

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

    it("names a missing workload", async () => {
        await harness.edit(([solar]) => {
            solar!.target.workloads[0]!.name = `${SOLAR}-schedular`;
        });
        await refused(/there is no Deployment "solar-dust-1234-schedular" in namespace "airflow-solar-dust-1234"/);
    });

    it("names a missing container", async () => {
        await harness.edit(([solar]) => {
            solar!.target.workloads[4]!.containers = ["workers"];
        });
        await refused(/StatefulSet "solar-dust-1234-worker" .* has no container "workers", only: worker/);
    });

    it("never overwrites a literal value, and names its owner", async () => {
        await harness.applyAs("argocd", scheduler, "scheduler", [{ name: VARIABLE, value: "a.Backend" }]);
        await refused(
            /container "scheduler": AIRFLOW__SECRETS__BACKEND is already set, to a literal value owned by "argocd"/,
        );
        assert.deepEqual(await entry(scheduler), { name: VARIABLE, value: "a.Backend" });
        await harness.applyAs("argocd", scheduler, "scheduler", []);
    });

    it("never overwrites a reference, and names its owner", async () => {
        const valueFrom = { secretKeyRef: { name: "theirs", key: "backend" } };
        await harness.applyAs("flux", worker, "worker", [{ name: VARIABLE, valueFrom }]);
        await refused(/container "worker": AIRFLOW__SECRETS__BACKEND is already set, to a reference owned by "flux"/);
        assert.deepEqual(await entry(worker), { name: VARIABLE, valueFrom });
    });

    it("takes entries over with force: true, and removes only its own entries on destroy", async () => {
        await harness.edit(([solar]) => {
            solar!.target.force = true;
        });
        await harness.up();
        const reference = (await entry(worker))?.valueFrom?.secretKeyRef;
        assert.match(reference?.name ?? "", /^solar-dust-1234-env-[0-9a-f]{8}$/);
        await harness.succeed(["preview", "--expect-no-changes"]);

        await harness.succeed(["destroy", "--yes", "--skip-preview"]);
        assert.equal((await entry(worker))?.valueFrom, undefined);
        assert.equal(await entry(scheduler), undefined);
        const { spec } = await harness.workload("StatefulSet", namespace, worker.name);
        const names = spec.template.spec.containers[0]!.env!.map(({ name }) => name);
        assert.deepEqual(names.slice(0, 2), ["AIRFLOW__CORE__EXECUTOR", "AIRFLOW__CORE__FERNET_KEY"]);
        await harness.applyAs("flux", worker, "worker", []);
    });

    it("detects that somebody took over one of its entries", async () => {
        await harness.up();
        await harness.editEnv(scheduler, "scheduler", (env) => [
            ...env.filter(({ name }) => name !== VARIABLE),
            { name: VARIABLE, value: "theirs" },
        ]);
        await refused(/already set, to a literal value owned by "kubectl-edit"/);
        assert.equal((await entry(scheduler))?.value, "theirs");
    });
});
