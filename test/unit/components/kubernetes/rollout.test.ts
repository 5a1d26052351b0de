import assert from "node:assert/strict";
import { ClusterError } from "../../../../components/kubernetes/clusterError";
import type { Pod } from "../../../../components/kubernetes/pods";
import { describePending, waitForRollout, RolloutError, type Rollout } from "../../../../components/kubernetes/rollout";
import type { LiveWorkload } from "../../../../components/kubernetes/workload";

type Status = NonNullable<LiveWorkload["status"]>;
const done = { observedGeneration: 2, replicas: 2, updatedReplicas: 2, availableReplicas: 2 };

function workload(status: Status = {}, spec: LiveWorkload["spec"] = {}): LiveWorkload {
    return {
        metadata: { generation: 2 },
        spec: { replicas: 2, selector: { matchLabels: { component: "scheduler" } }, ...spec },
        status: { ...done, ...status },
    };
}

describe("describePending", () => {
    it("returns undefined if every pod is new and available", () => {
        assert.equal(describePending(workload()), undefined);
        assert.equal(
            describePending({ ...workload(), spec: { replicas: 0 }, status: { observedGeneration: 2 } }),
            undefined,
        );
    });

    it("describes what the rollout waits for", () => {
        assert.match(describePending(workload({ observedGeneration: 1 })) ?? "", /controller has not seen/);
        assert.match(describePending(workload({ updatedReplicas: 1 })) ?? "", /1 of 2 pods have them$/);
        assert.match(describePending(workload({ replicas: 3 })) ?? "", /1 pods without them still exist/);
        assert.match(describePending(workload({ availableReplicas: 0 })) ?? "", /0 of 2 pods are available/);
    });

    it("names a setting of the workload that prevents the rollout", () => {
        const none = { updatedReplicas: 0 };
        assert.match(describePending(workload(none, { paused: true })) ?? "", /its rollouts are paused/);
        const onDelete = { updateStrategy: { type: "OnDelete" } };
        assert.match(describePending(workload(none, onDelete)) ?? "", /updateStrategy is OnDelete, so somebody has to/);
    });
});

describe("waitForRollout", () => {
    const messages: string[] = [];
    const selectors: object[] = [];

    function wait(reads: (LiveWorkload | Error | undefined)[], more: Partial<Rollout> = {}): Promise<void> {
        messages.length = 0;
        selectors.length = 0;
        return waitForRollout({
            workload: { kind: "Deployment", namespace: "airflow", name: "solar-scheduler" },
            read: () => {
                // The last result is repeated.
                const [next] = reads.length > 1 ? reads.splice(0, 1) : reads;
                return next instanceof Error ? Promise.reject(next) : Promise.resolve(next);
            },
            pods: (labels) => {
                selectors.push(labels);
                return Promise.resolve([]);
            },
            progress: (message, ephemeral) => messages.push(ephemeral ? message : `${message} (kept)`),
            signal: new AbortController().signal,
            timeoutMs: 60_000,
            pollMs: 0,
            ...more,
        });
    }

    async function failure(...args: Parameters<typeof wait>): Promise<{ message: string; causes: readonly string[] }> {
        const error = await wait(...args).catch((thrown: unknown) => thrown);
        assert.ok(error instanceof RolloutError, String(error));
        return error;
    }

    it("reports each step once, and returns when the rollout is complete", async () => {
        const half = workload({ updatedReplicas: 1 });
        await wait([half, half, workload({ replicas: 3 }), workload()]);
        assert.deepEqual(messages, [
            "waiting for the pods with the new env vars: 1 of 2 pods have them (kept)",
            "waiting for the pods with the new env vars: 1 pods without them still exist",
        ]);
        assert.deepEqual(selectors, [], "no pods are listed if nothing is wrong");
    });

    it("gives up after the timeout, and says which pods are not ready and why", async () => {
        const waiting = { reason: "CreateContainerConfigError", message: 'secret "solar-env-1a2b" not found' };
        const pods: Pod[] = [
            { metadata: { name: "old" }, status: { conditions: [{ type: "Ready", status: "True" }] } },
            { metadata: { name: "new" }, status: { containerStatuses: [{ name: "scheduler", state: { waiting } }] } },
        ];
        const listed = (labels: object): Promise<Pod[]> => {
            selectors.push(labels);
            return Promise.resolve(pods);
        };
        const { message, causes } = await failure([workload({ availableReplicas: 1 })], {
            timeoutMs: 10,
            pods: listed,
        });
        assert.equal(
            message,
            'the rollout of Deployment "solar-scheduler" in namespace "airflow" was not complete within 0.01 seconds: ' +
                "1 of 2 pods are available",
        );
        assert.deepEqual(causes, [
            'pod new waits for its container "scheduler": CreateContainerConfigError: secret "solar-env-1a2b" not found',
        ]);
        assert.deepEqual(selectors, [{ component: "scheduler" }]);
    });

    it("gives up at once if Kubernetes has, and says why no pods are created", async () => {
        const conditions = [
            { type: "Progressing", status: "False", reason: "ProgressDeadlineExceeded" },
            { type: "ReplicaFailure", status: "True", reason: "FailedCreate", message: "exceeded quota: pods" },
        ];
        const { message, causes } = await failure([workload({ updatedReplicas: 0, conditions })]);
        assert.match(message, /makes no progress: 0 of 2 pods have them/);
        assert.deepEqual(causes, ["FailedCreate: exceeded quota: pods"]);

        const previousRollout = workload({ observedGeneration: 1, updatedReplicas: 0, conditions });
        await wait([previousRollout, workload()]);
    });

    it("fails if the workload is deleted during the wait", async () => {
        const { message } = await failure([workload({ updatedReplicas: 0 }), undefined]);
        assert.match(message, /makes no progress: the workload was deleted/);
    });

    it("fails if Pulumi is told to stop", async () => {
        const stop = new AbortController();
        const stopped = failure([workload({ updatedReplicas: 0 })], { signal: stop.signal, pollMs: 60_000 });
        stop.abort();
        assert.match((await stopped).message, /was not complete when Pulumi was told to stop/);
    });

    it("continues if the API server is temporarily unavailable, and fails if it refuses", async () => {
        const unavailable = new ClusterError("cannot read it: connect ECONNREFUSED", undefined);
        await wait([unavailable, workload()]);
        assert.match(messages.join(), /connect ECONNREFUSED/);
        await assert.rejects(wait([new ClusterError("cannot read it: 403 forbidden", 403)]), /403 forbidden/);
    });

    it("says if listing the pods is not permitted", async () => {
        const pods = () => Promise.reject(new ClusterError("cannot list the pods: 403", 403));
        const { causes } = await failure([workload({ updatedReplicas: 0 })], { timeoutMs: 0, pods });
        assert.deepEqual(causes, ["cannot list the pods: 403"]);
    });
});
