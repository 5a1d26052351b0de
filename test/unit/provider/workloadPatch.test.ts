import assert from "node:assert/strict";
import type { Cluster } from "../../../components/kubernetes/cluster";
import { ClusterError } from "../../../components/kubernetes/clusterError";
import { containersOf, type EntryPosition, type LiveWorkload } from "../../../components/kubernetes/workload";
import { NotReady, UNKNOWN, type Context, type Properties } from "../../../provider/resourceType";
import { workloadPatch } from "../../../provider/workloadPatch";
import { OURS, owned, owns, VARIABLE, withContainers, withEnv } from "../components/kubernetes/fixture";

const secretKeyRef = { name: "solar-env-1a2b", key: VARIABLE };

/** Does what the API server does with the patch that removes entries. */
function withoutEntries(live: LiveWorkload, entries: readonly EntryPosition[]): LiveWorkload {
    const isRemoved = (container: number, entry: number): boolean =>
        entries.some((each) => each.container === container && each.entry === entry);
    const containers = containersOf(live).map((container, index) => ({
        ...container,
        env: (container.env ?? []).filter((_, entry) => !isRemoved(index, entry)),
    }));
    return { ...live, spec: { template: { spec: { containers } } } };
}

/** Tests that need no API server. The others are in test/sandbox/workloadPatch.test.ts. */
describe("the WorkloadPatch resource", () => {
    const applied: unknown[][] = [];
    const removed: unknown[] = [];
    let removeFrom: (read: LiveWorkload, entries: readonly EntryPosition[]) => Promise<void>;
    let live: LiveWorkload | undefined;
    let refusal: Error | undefined;

    const cluster: Cluster = {
        read: () => Promise.resolve(live),
        apply: (...args) => {
            applied.push(args.slice(1));
            return refusal === undefined ? Promise.resolve() : Promise.reject(refusal);
        },
        setManagedFields: () => Promise.reject(new Error("nobody has taken anything over")),
        removeEntries: (_, read, entries) => {
            removed.push(entries);
            return removeFrom(read, entries);
        },
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
        removed.length = 0;
        removeFrom = (read, entries) => {
            live = withoutEntries(read, entries);
            return Promise.resolve();
        };
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

    it("sends the containers in the order of the workload, which the API server would change otherwise", async () => {
        live = { ...withContainers("first", "second", "third"), metadata: { uid: "uid-1" } };
        await patch.create(wanted({ containers: ["third", "first"] }), context);
        const [[, spec] = []] = applied as [unknown, { template: { spec: { containers: { name: string }[] } } }][];
        assert.deepEqual(
            spec?.template.spec.containers.map(({ name }) => name),
            ["first", "third"],
        );
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

    describe("with env vars of others that override its own", () => {
        const token = { name: "AWS_SESSION_TOKEN", value: "theirs" };
        const zone = { name: "TZ", value: "UTC" };
        const asked = (more: Properties = {}) =>
            wanted({ force: true, takeOver: { scheduler: ["AWS_SESSION_TOKEN", VARIABLE] }, ...more });
        const env = () => containersOf(live ?? {})[0]?.env;

        beforeEach(() => {
            live = withEnv([token, zone, token, { name: VARIABLE, value: "x" }], "helm");
        });

        it("removes those that preflight has found, each of them, and nothing else, before it sets its own", async () => {
            await patch.create(asked(), context);
            assert.deepEqual(env(), [zone, { name: VARIABLE, value: "x" }]);
            assert.equal(applied.length, 1, "with force the API server takes the entry of our name over");
        });

        it("removes nothing without force, in a preview, when it is deleted, or if preflight has found nothing", async () => {
            await assert.rejects(patch.create(asked({ force: false }), context), /already set/);
            await patch.preview?.(asked());
            await patch.update?.("id", wanted({ force: true }), asked(), context);
            await patch.delete("id", asked(), context);
            assert.deepEqual(removed, []);
        });

        it("reads the workload again if somebody has changed it since, and gives up after five times", async () => {
            const remove = removeFrom;
            let conflicts = 2;
            removeFrom = (...args) =>
                conflicts-- > 0 ? Promise.reject(new ClusterError("changed", 409)) : remove(...args);
            await patch.create(asked(), context);
            assert.equal(removed.length, 3);
            live = withEnv([token], "helm");
            conflicts = 99;
            await assert.rejects(patch.create(asked(), context), /changed/);
            assert.equal(removed.length, 8);
        });
    });

    it("cannot be imported by its id", async () => {
        await assert.rejects(patch.read("id", {}, {}, context), /^Error: id cannot be imported: /);
    });
});
