import assert from "node:assert/strict";
import type { Cluster } from "../../../components/kubernetes/cluster";
import type { LiveWorkload } from "../../../components/kubernetes/workload";
import { NotReady, UNKNOWN, type Context, type Properties } from "../../../provider/resourceType";
import { workloadPatch } from "../../../provider/workloadPatch";
import { OURS, owned, owns, VARIABLE, withContainers } from "../components/kubernetes/fixture";

const secretKeyRef = { name: "solar-env-1a2b", key: VARIABLE };

/** Tests that need no API server. The others are in test/sandbox/workloadPatch.test.ts. */
describe("the WorkloadPatch resource", () => {
    const applied: unknown[][] = [];
    let live: LiveWorkload | undefined;
    let refusal: Error | undefined;

    const cluster: Cluster = {
        read: () => Promise.resolve(live),
        apply: (...args) => {
            applied.push(args.slice(1));
            return refusal === undefined ? Promise.resolve() : Promise.reject(refusal);
        },
        setManagedFields: () => Promise.reject(new Error("nobody has taken anything over")),
        pods: () => Promise.resolve([]),
    };
    const patch = workloadPatch(() => cluster, { timeoutMs: 0, pollMs: 0 });
    const context: Context = {
        log: () => undefined,
        signal: new AbortController().signal,
        timeoutMs: undefined,
    };
    const wanted = (more: Properties = {}): Properties => ({
        kind: "Deployment",
        namespace: "airflow",
        name: "solar-scheduler",
        containers: ["scheduler"],
        env: { [VARIABLE]: { secretKeyRef } },
        fieldManager: OURS,
        force: false,
        waitForRollout: false,
        ...more,
    });

    beforeEach(() => {
        applied.length = 0;
        refusal = undefined;
        live = { ...withContainers("scheduler"), metadata: { uid: "uid-1" } };
    });

    it("sends a reference for each env var, and all alternatives to it as empty", async () => {
        const { id, outputs } = await patch.create(wanted(), context);
        assert.equal(id, "airflow/Deployment/solar-scheduler");
        assert.deepEqual(outputs, wanted());
        const valueFrom = { secretKeyRef, configMapKeyRef: null, fieldRef: null, resourceFieldRef: null };
        const containers = [{ name: "scheduler", env: [{ name: VARIABLE, value: "", valueFrom }] }];
        const [[uid, spec, options] = []] = applied;
        assert.equal(uid, "uid-1");
        assert.deepEqual(spec, { template: { spec: { containers } } });
        const { fieldManager, force, dryRun } = options as Record<string, unknown>;
        assert.deepEqual([fieldManager, force, dryRun], [OURS, false, false]);
    });

    it("previews with a placeholder for an unknown Secret name, and not at all if more is unknown", async () => {
        const unnamed = { env: { [VARIABLE]: { secretKeyRef: { ...secretKeyRef, name: UNKNOWN } } } };
        await patch.preview?.(wanted(unnamed));
        assert.equal((applied[0]?.[2] as { dryRun: boolean }).dryRun, true);
        assert.ok(!JSON.stringify(applied).includes(UNKNOWN));
        await patch.preview?.(wanted({ namespace: UNKNOWN }));
        await patch.preview?.(wanted({ env: UNKNOWN }));
        assert.equal(applied.length, 1);
    });

    it("is in the state if its pods do not become ready, so that up continues and destroy removes it", async () => {
        const waiting = wanted({ waitForRollout: true });
        live = { ...live, metadata: { uid: "uid-1", generation: 2 } };
        for (const attempt of [
            () => patch.create(waiting, context),
            () => patch.update?.("airflow/Deployment/solar-scheduler", waiting, {}, context),
        ]) {
            await assert.rejects(
                async () => attempt(),
                (error) => {
                    assert.ok(error instanceof NotReady);
                    assert.match(
                        error.message,
                        /was not complete within .*The env vars are set; the next up waits again/,
                    );
                    assert.deepEqual(error.resource, { id: "airflow/Deployment/solar-scheduler", outputs: waiting });
                    return true;
                },
            );
        }
    });

    it("is not in the state if the API server rejects it, and reports the reason", async () => {
        refusal = new Error("admission webhook denied the request");
        await assert.rejects(patch.create(wanted(), context), (error) => error === refusal);
    });

    it("reports changed entries as drift, and is deleted if all entries or the workload were removed", async () => {
        const read = () => patch.read("id", wanted(), wanted(), context);
        live = owned({ valueFrom: { secretKeyRef } }, { [OURS]: owns.reference });
        assert.deepEqual(await read(), { id: "id", inputs: wanted(), outputs: wanted() });
        live = owned({ value: "theirs" }, { "kubectl-edit": owns.literal });
        const drift = { [`scheduler: ${VARIABLE}`]: 'set to a literal value by "kubectl-edit"' };
        assert.deepEqual(await read(), { id: "id", inputs: wanted({ drift }), outputs: wanted({ drift }) });
        live = withContainers("scheduler");
        assert.equal(await read(), undefined);
        live = undefined;
        assert.equal(await read(), undefined);
    });

    it("cannot be imported by its id", async () => {
        await assert.rejects(patch.read("id", {}, {}, context), /^Error: id cannot be imported: /);
    });
});
