import assert from "node:assert/strict";
import { openCluster, type Cluster } from "../../components/kubernetes/cluster";
import { NotReady, UNKNOWN, type Context, type Properties } from "../../provider/resourceType";
import { workloadPatch } from "../../provider/workloadPatch";
import { Cluster as Administrator } from "./cluster";
import { describeGeneratedWorkloads } from "./generatedWorkloads";
import { Harness } from "./harness";
import type { EnvEntry } from "./liveWorkload";
import { describePodTemplateSecret } from "./podTemplateSecret";
import { describePodToken } from "./podToken";

const SOLAR = "solar-dust-1234";
const namespace = `airflow-${SOLAR}`;
const processor = { kind: "Deployment", namespace, name: `${SOLAR}-dag-processor` };
const VARIABLE = "AIRFLOW__SECRETS__BACKEND";
const OURS = { name: VARIABLE, valueFrom: { secretKeyRef: { name: "ours", key: VARIABLE } } };

/** Calls the plugin's resource type directly, on a real API server. */
describe("the resource for a workload's env vars", function () {
    this.timeout(600_000);
    this.slow(10_000);
    let harness: Harness;
    let administrator: Administrator;
    let cluster: Cluster;
    const messages: string[] = [];

    before(async () => {
        harness = await Harness.open(SOLAR);
        administrator = new Administrator(harness.sandbox.kubeconfig);
        cluster = openCluster({ kubeconfig: harness.sandbox.kubeconfig });
    });
    after(() => harness.close());
    afterEach(() => patch().delete("", wanted(), context()));

    const patch = (to: Cluster = cluster) => workloadPatch(() => to, { timeoutMs: 300, pollMs: 20 });

    const wanted = (more: Properties = {}): Properties => ({
        ...processor,
        containers: ["dag-processor"],
        env: { [VARIABLE]: { secretKeyRef: { name: "ours", key: VARIABLE } } },
        fieldManager: "ours",
        force: false,
        waitForRollout: false,
        ...more,
    });

    const context = (): Context => ({
        log: (severity, message) => messages.push(`${severity}: ${message}`),
        signal: new AbortController().signal,
        timeoutMs: undefined,
    });

    async function entry(): Promise<EnvEntry | undefined> {
        const { spec } = await harness.workload("Deployment", namespace, processor.name);
        return spec.template.spec.containers[0]!.env!.find(({ name }) => name === VARIABLE);
    }

    const setBy = (manager: string, ...env: object[]) => harness.applyAs(manager, processor, "dag-processor", env);

    /** Returns a cluster on which `act` runs after the plugin has read the workload and before it writes. */
    const racing = (act: () => Promise<unknown>): Cluster => ({
        ...cluster,
        apply: async (...args) => {
            await act();
            await cluster.apply(...args);
        },
    });

    const foreign = {
        "a literal value": { value: "theirs" },
        "a reference": { valueFrom: { secretKeyRef: { name: "theirs", key: "backend" } } },
        "a reference to a ConfigMap": { valueFrom: { configMapKeyRef: { name: "theirs", key: "backend" } } },
        "a reference to a field": { valueFrom: { fieldRef: { apiVersion: "v1", fieldPath: "metadata.name" } } },
    };

    for (const [what, value] of Object.entries(foreign)) {
        const form = what.split(" ").slice(0, 3).join(" ").replace(/ to$/, "");
        const conflict = new RegExp(
            `^Deployment "${processor.name}" in namespace "${namespace}", container "dag-processor": ${VARIABLE} is ` +
                `already set, to ${form} owned by "flux". Remove it there, or set force: true`,
        );

        it(`refuses to overwrite ${what}, and names its owner, even if it was set a moment ago`, async () => {
            const theirs = { name: VARIABLE, ...value };
            const race = racing(() => setBy("flux", theirs));
            await assert.rejects(patch(race).create(wanted(), context()), { message: conflict });
            await assert.rejects(patch().create(wanted(), context()), { message: conflict });
            assert.deepEqual(await entry(), theirs);
            await setBy("flux");
        });

        it(`takes over ${what} with force, and leaves only an entry's name when it is deleted`, async () => {
            await setBy("flux", { name: VARIABLE, ...value });
            await patch().create(wanted({ force: true }), context());
            assert.deepEqual(await entry(), OURS);
            await patch().delete("", wanted({ force: true }), context());
            assert.deepEqual(await entry(), { name: VARIABLE });
            await patch().create(wanted(), context());
            assert.deepEqual(await entry(), OURS, "an entry with only a name has no value to overwrite");
            await setBy("flux");
        });
    }

    it("has the API server validate a preview, even before the Secret has a name, and changes nothing", async () => {
        const { metadata: before } = await harness.workload("Deployment", namespace, processor.name);
        const unnamed = (key: string) => ({ env: { [VARIABLE]: { secretKeyRef: { name: UNKNOWN, key } } } });
        await patch().preview?.(wanted(unnamed(VARIABLE)));
        await assert.rejects(
            async () => patch().preview?.(wanted(unnamed("no key!"))),
            /422 .*a valid config key must/,
        );
        const { metadata: after } = await harness.workload("Deployment", namespace, processor.name);
        assert.equal(after?.resourceVersion, before?.resourceVersion);
        await setBy("flux", { name: VARIABLE, value: "theirs" });
        await assert.rejects(
            async () => patch().preview?.(wanted(unnamed(VARIABLE))),
            /a literal value owned by "flux"/,
        );
        await setBy("flux");
    });

    it("creates no workload and no container, even if one was deleted a moment ago", async () => {
        const name = `${SOLAR}-copy`;
        await assert.rejects(
            patch().create(wanted({ name }), context()),
            /there is no Deployment "solar-dust-1234-copy"/,
        );
        await administrator.copyDeployment(namespace, processor.name, name);
        const race = racing(() => administrator.apps.deleteNamespacedDeployment({ namespace, name }));
        await assert.rejects(
            patch(race).create(wanted({ name }), context()),
            /there is no Deployment "solar-dust-1234-copy"/,
        );
        assert.equal(await cluster.read({ kind: "Deployment", namespace, name }), undefined);
        const misspelt = patch().create(wanted({ containers: ["processor"] }), context());
        await assert.rejects(misspelt, /has no container "processor", only: dag-processor/);
    });

    it("finds its entries after an interrupted up, and removes those that it no longer sets", async () => {
        const both = { [VARIABLE]: OURS.valueFrom, ANOTHER: OURS.valueFrom };
        await patch().create(wanted({ env: both }), context());
        await patch().create(wanted(), context());
        const { spec } = await harness.workload("Deployment", namespace, processor.name);
        const names = spec.template.spec.containers[0]!.env!.map(({ name }) => name);
        assert.deepEqual(names, ["AIRFLOW__CORE__EXECUTOR", "AIRFLOW__CORE__FERNET_KEY", VARIABLE]);
    });

    it("leaves entries that somebody took over unchanged when it is deleted or no longer sets them", async () => {
        const literal = { name: VARIABLE, value: "theirs" };
        const reference = { name: VARIABLE, valueFrom: { secretKeyRef: { name: "theirs", key: "backend" } } };
        const edit = (theirs: EnvEntry) =>
            harness.editEnv(processor, "dag-processor", (env) =>
                env.map((old) => (old.name === VARIABLE ? theirs : old)),
            );
        const takeovers: [EnvEntry, () => Promise<unknown>][] = [
            [literal, () => edit(literal)],
            [reference, () => edit(reference)],
            [reference, () => setBy("flux", reference)],
        ];
        for (const [theirs, takeOver] of takeovers) {
            for (const release of [
                () => patch().delete("", wanted(), context()),
                () => patch().update?.("", wanted({ env: { ANOTHER: OURS.valueFrom } }), {}, context()),
            ]) {
                await patch().create(wanted(), context());
                await takeOver();
                await release();
                assert.deepEqual(await entry(), theirs);
                await patch().delete("", wanted(), context());
                assert.deepEqual(await entry(), theirs);
                await harness.removeEnv(processor, "dag-processor", VARIABLE);
                await setBy("flux");
            }
        }
    });

    it("can be deleted twice, and from a deleted container, workload or namespace", async () => {
        await patch().create(wanted(), context());
        await patch().delete("", wanted(), context());
        assert.equal(await entry(), undefined);
        for (const deleted of [{}, { containers: ["gone"] }, { name: "gone" }, { namespace: "gone" }]) {
            await patch().delete("", wanted(deleted), context());
        }
        const name = `${SOLAR}-copy`;
        await administrator.copyDeployment(namespace, processor.name, name);
        const race = racing(() => administrator.apps.deleteNamespacedDeployment({ namespace, name }));
        await patch(race).delete("", wanted({ name }), context());
        assert.equal(await cluster.read({ kind: "Deployment", namespace, name }), undefined);
    });

    it("is deleted without its unreachable cluster only if PULUMI_K8S_DELETE_UNREACHABLE is set", async () => {
        const unreachable = openCluster({ kubeconfig: JSON.stringify(nowhere) });
        await assert.rejects(patch(unreachable).delete("", wanted(), context()), /ECONNREFUSED/);
        process.env.PULUMI_K8S_DELETE_UNREACHABLE = "true";
        try {
            messages.length = 0;
            await patch(unreachable).delete("", wanted(), context());
            assert.match(messages.join(), /^warning: .*ECONNREFUSED.* It is removed from the state only/);
        } finally {
            delete process.env.PULUMI_K8S_DELETE_UNREACHABLE;
        }
    });

    it("logs why pods are not ready if a rollout takes too long, and keeps that out of the state", async () => {
        const waiting = { reason: "CreateContainerConfigError", message: 'secret "ours" not found' };
        const containerStatus = {
            name: "mesh-proxy",
            ready: false,
            restartCount: 0,
            image: "i",
            imageID: "",
            state: { waiting },
        };
        await administrator.createPod(namespace, processor.name, "new-1", {
            phase: "Pending",
            containerStatuses: [containerStatus],
        });
        messages.length = 0;
        await assert.rejects(patch().create(wanted({ waitForRollout: true }), context()), (error) => {
            assert.ok(error instanceof NotReady);
            assert.match(error.message, /was not complete within 0.3 seconds: its controller has not seen the change/);
            assert.doesNotMatch(error.message, /mesh-proxy|new-1/);
            return true;
        });
        assert.deepEqual(messages, [
            "info: waiting for the pods with the new env vars: its controller has not seen the change",
            'warning: pod new-1 waits for its container "mesh-proxy": CreateContainerConfigError: secret "ours" not found',
        ]);
        assert.deepEqual(await entry(), OURS);
    });

    describeGeneratedWorkloads(namespace, () => harness.sandbox.kubeconfig);
    describePodToken(namespace, processor.name, () => harness.sandbox.kubeconfig);
    describePodTemplateSecret(namespace, () => harness.sandbox.kubeconfig);
});

const named = { name: "nowhere" };
const nowhere = {
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ ...named, cluster: { server: "https://127.0.0.1:9" } }],
    users: [{ ...named, user: {} }],
    contexts: [{ ...named, context: { cluster: "nowhere", user: "nowhere" } }],
    "current-context": "nowhere",
};
