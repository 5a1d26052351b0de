import assert from "node:assert/strict";
import { ClusterError } from "../../../../components/kubernetes/clusterError";
import type { Pod } from "../../../../components/kubernetes/pods";
import { missingFor, rolledOut, RolloutError, type Rollout } from "../../../../components/kubernetes/rollout";
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

describe("a rollout", () => {
    it("is complete when every pod is new and available", () => {
        assert.equal(missingFor(workload()), undefined);
        assert.equal(
            missingFor({ ...workload(), spec: { replicas: 0 }, status: { observedGeneration: 2 } }),
            undefined,
        );
    });

    it("says what it waits for", () => {
        assert.match(missingFor(workload({ observedGeneration: 1 })) ?? "", /controller has not seen/);
        assert.match(missingFor(workload({ updatedReplicas: 1 })) ?? "", /1 of 2 pods have them$/);
        assert.match(missingFor(workload({ replicas: 3 })) ?? "", /1 pods without them are still there/);
        assert.match(missingFor(workload({ availableReplicas: 0 })) ?? "", /0 of 2 pods are available/);
    });

    it("says what in the workload's own settings keeps it from beginning", () => {
        const none = { updatedReplicas: 0 };
        assert.match(missingFor(workload(none, { paused: true })) ?? "", /its rollouts are paused/);
        const onDelete = { updateStrategy: { type: "OnDelete" } };
        assert.match(missingFor(workload(none, onDelete)) ?? "", /updateStrategy is OnDelete, so somebody has to/);
    });
});

describe("waiting for a rollout", () => {
    const said: string[] = [];
    const asked: object[] = [];

    function wait(reads: (LiveWorkload | Error | undefined)[], more: Partial<Rollout> = {}): Promise<void> {
        said.length = 0;
        asked.length = 0;
        return rolledOut({
            workload: { kind: "Deployment", namespace: "airflow", name: "solar-scheduler" },
            read: () => {
                // The last one stays.
                const [next] = reads.length > 1 ? reads.splice(0, 1) : reads;
                return next instanceof Error ? Promise.reject(next) : Promise.resolve(next);
            },
            pods: (labels) => {
                asked.push(labels);
                return Promise.resolve([]);
            },
            progress: (message, passing) => said.push(passing ? message : `${message} (stays)`),
            signal: new AbortController().signal,
            patienceMs: 60_000,
            pollMs: 0,
            ...more,
        });
    }

    async function failure(...args: Parameters<typeof wait>): Promise<{ message: string; why: readonly string[] }> {
        const error = await wait(...args).catch((thrown: unknown) => thrown);
        assert.ok(error instanceof RolloutError, String(error));
        return error;
    }

    it("tells each step once, and ends when it is complete", async () => {
        const half = workload({ updatedReplicas: 1 });
        await wait([half, half, workload({ replicas: 3 }), workload()]);
        assert.deepEqual(said, [
            "waiting for the pods with the new env vars: 1 of 2 pods have them (stays)",
            "waiting for the pods with the new env vars: 1 pods without them are still there",
        ]);
        assert.deepEqual(asked, [], "nobody's pods are looked at where nothing is wrong");
    });

    it("gives up in time, and says which pods are not ready and why", async () => {
        const waiting = { reason: "CreateContainerConfigError", message: 'secret "solar-env-1a2b" not found' };
        const pods: Pod[] = [
            { metadata: { name: "old" }, status: { conditions: [{ type: "Ready", status: "True" }] } },
            { metadata: { name: "new" }, status: { containerStatuses: [{ name: "scheduler", state: { waiting } }] } },
        ];
        const listed = (labels: object): Promise<Pod[]> => {
            asked.push(labels);
            return Promise.resolve(pods);
        };
        const { message, why } = await failure([workload({ availableReplicas: 1 })], { patienceMs: 10, pods: listed });
        assert.equal(
            message,
            'the rollout of Deployment "solar-scheduler" in namespace "airflow" was not complete within 0.01 seconds: ' +
                "1 of 2 pods are available",
        );
        assert.deepEqual(why, [
            'pod new waits for its container "scheduler": CreateContainerConfigError: secret "solar-env-1a2b" not found',
        ]);
        assert.deepEqual(asked, [{ component: "scheduler" }]);
    });

    it("gives up at once where Kubernetes has, and says why no pods are made", async () => {
        const conditions = [
            { type: "Progressing", status: "False", reason: "ProgressDeadlineExceeded" },
            { type: "ReplicaFailure", status: "True", reason: "FailedCreate", message: "exceeded quota: pods" },
        ];
        const { message, why } = await failure([workload({ updatedReplicas: 0, conditions })]);
        assert.match(message, /does not go on: 0 of 2 pods have them/);
        assert.deepEqual(why, ["FailedCreate: exceeded quota: pods"]);

        const ofTheOneBefore = workload({ observedGeneration: 1, updatedReplicas: 0, conditions });
        await wait([ofTheOneBefore, workload()]);
    });

    it("ends where the workload is deleted meanwhile", async () => {
        const { message } = await failure([workload({ updatedReplicas: 0 }), undefined]);
        assert.match(message, /the workload is gone/);
    });

    it("ends when Pulumi is told to stop", async () => {
        const stop = new AbortController();
        const stopped = failure([workload({ updatedReplicas: 0 })], { signal: stop.signal, pollMs: 60_000 });
        stop.abort();
        assert.match((await stopped).message, /was not waited for to the end, since Pulumi was told to stop/);
    });

    it("goes on when the API server is away for a while, and not where it refuses", async () => {
        const away = new ClusterError("cannot read it: connect ECONNREFUSED", undefined);
        await wait([away, workload()]);
        assert.match(said.join(), /connect ECONNREFUSED/);
        await assert.rejects(wait([new ClusterError("cannot read it: 403 forbidden", 403)]), /403 forbidden/);
    });

    it("says so where the pods may not be listed", async () => {
        const pods = () => Promise.reject(new ClusterError("cannot list the pods: 403", 403));
        const { why } = await failure([workload({ updatedReplicas: 0 })], { patienceMs: 0, pods });
        assert.deepEqual(why, ["cannot list the pods: 403"]);
    });
});
