import assert from "node:assert/strict";
import { AppsV1Api, KubeConfig } from "@kubernetes/client-node";
import * as fc from "fast-check";
import { openCluster } from "../../components/kubernetes/cluster";
import type { Context, Properties } from "../../provider/resourceType";
import { workloadPatch } from "../../provider/workloadPatch";
import { faultsToTry } from "./faults";

const OURS = ["AIRFLOW__SECRETS__BACKEND", "AIRFLOW__SECRETS__BACKEND_KWARGS", "AWS_DEFAULT_REGION"];
const context: Context = { log: () => undefined, signal: new AbortController().signal, timeoutMs: undefined };

interface PodSpec {
    readonly containers: readonly { readonly name: string; readonly env?: readonly { readonly name: string }[] }[];
}

/** Names that others use: similar to ours, few enough to be there twice, or anything that Kubernetes allows. */
const name = fc.oneof(
    fc.constantFrom("AIRFLOW__SECRETS__BACKEND_2", "AIRFLOW__SECRETS", "airflow__secrets__backend", "TZ", "A.B-C"),
    fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_.-]{0,20}$/),
);
const object = fc.stringMatching(/^[a-z]([a-z0-9-]{0,10}[a-z0-9])?$/);
const key = fc.record({ name: object, key: fc.stringMatching(/^[A-Za-z0-9_-]{1,10}$/), optional: fc.boolean() });
const resource = fc.constantFrom("limits.cpu", "requests.memory", "limits.ephemeral-storage");
const field = fc.constantFrom("metadata.name", "status.podIP", "spec.nodeName", "metadata.labels['app']");
/** Every form that an env entry has in Kubernetes. */
const value = fc.oneof(
    fc.constant({}),
    fc.string({ unit: "grapheme", maxLength: 30 }).map((text) => ({ value: text })),
    fc.constantFrom("", "$(TZ)", "a\nb", '{"a": 1}').map((text) => ({ value: text })),
    key.map((secretKeyRef) => ({ valueFrom: { secretKeyRef } })),
    key.map((configMapKeyRef) => ({ valueFrom: { configMapKeyRef } })),
    field.map((fieldPath) => ({ valueFrom: { fieldRef: { fieldPath } } })),
    resource.map((of) => ({ valueFrom: { resourceFieldRef: { resource: of, divisor: "1" } } })),
);
const entry = fc.tuple(name, value).map(([of, form]) => ({ name: of, ...form }));
const source = fc.record({
    prefix: fc.constantFrom("", "AIRFLOW__", "P_"),
    ref: fc.oneof(
        object.map((of) => ({ configMapRef: { name: of } })),
        object.map((of) => ({ secretRef: { name: of, optional: true } })),
    ),
});
const container = fc.record({
    env: fc.array(entry, { maxLength: 8 }),
    envFrom: fc.array(
        source.map(({ prefix, ref }) => ({ ...(prefix === "" ? {} : { prefix }), ...ref })),
        { maxLength: 3 },
    ),
});
const pod = fc.record({
    containers: fc.array(container, { minLength: 1, maxLength: 3 }),
    initContainers: fc.array(container, { maxLength: 2 }),
    /** Which containers get our env vars: one at least. */
    chosen: fc.array(fc.nat(2), { minLength: 1, maxLength: 3 }),
});

/** Tests with generated workloads, on a real API server, that what others have set stays as it is. */
export function describeGeneratedWorkloads(namespace: string, kubeconfig: () => string): void {
    const { all, seed, choice } = faultsToTry();
    const numRuns = all ? 500 : 50;

    it(`changes nothing that others have set on ${numRuns} generated workloads (${choice})`, async () => {
        const config = new KubeConfig();
        config.loadFromFile(kubeconfig());
        const apps = config.makeApiClient(AppsV1Api);
        const patch = workloadPatch(() => openCluster({ kubeconfig: kubeconfig() }));
        const workload = { namespace, name: "generated" };
        const labels = { app: "generated" };
        const template = async (): Promise<PodSpec> =>
            // As plain data, to compare it.
            JSON.parse(JSON.stringify((await apps.readNamespacedDeployment(workload)).spec!.template.spec)) as PodSpec;

        await fc.assert(
            fc.asyncProperty(pod, async ({ containers, initContainers, chosen }) => {
                const named = (kind: string, list: typeof containers) =>
                    list.map((each, index) => ({ ...each, name: `${kind}-${index}`, image: "airflow:1" }));
                const spec = { containers: named("main", containers), initContainers: named("init", initContainers) };
                const body = {
                    metadata: { name: workload.name },
                    spec: { selector: { matchLabels: labels }, template: { metadata: { labels }, spec } },
                };
                await apps.createNamespacedDeployment({ namespace, body, fieldManager: "helm" });
                try {
                    const before = await template();
                    const ours = [...new Set(chosen.map((index) => `main-${index % containers.length}`))];
                    const wanted = (env: readonly string[]): Properties => ({
                        kind: "Deployment",
                        ...workload,
                        containers: ours,
                        env: Object.fromEntries(env.map((of) => [of, { secretKeyRef: { name: "ours", key: of } }])),
                        fieldManager: "ours",
                        force: false,
                        waitForRollout: false,
                    });
                    await patch.create(wanted(OURS.slice(0, 2)), context);
                    assert.deepEqual(withoutOurs(await template(), ours, OURS.slice(0, 2)), before);
                    await patch.update?.("", wanted(OURS.slice(1)), wanted(OURS.slice(0, 2)), context);
                    assert.deepEqual(withoutOurs(await template(), ours, OURS.slice(1)), before);
                    await patch.delete("", wanted(OURS.slice(1)), context);
                    assert.deepEqual(withoutOurs(await template(), [], []), before);
                } finally {
                    await apps.deleteNamespacedDeployment(workload);
                }
            }),
            { numRuns, seed },
        );
    });
}

/** Returns the pod's spec without our entries; asserts that each container of ours has each of them once. */
function withoutOurs(spec: PodSpec, containers: readonly string[], names: readonly string[]): PodSpec {
    return {
        ...spec,
        containers: spec.containers.map(({ env = [], ...others }) => {
            const own = env.filter((each) => names.includes(each.name)).map((each) => each.name);
            assert.deepEqual(own.sort(), containers.includes(others.name) ? [...names].sort() : []);
            const left = env.filter((each) => !names.includes(each.name));
            return left.length === 0 ? others : { ...others, env: left };
        }),
    };
}
