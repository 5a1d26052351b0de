import assert from "node:assert/strict";
import { whyNotReady, type Pod } from "../../../../components/kubernetes/pods";

const pod = (status: Pod["status"], more: Pod["metadata"] = {}): Pod => ({
    metadata: { name: "solar-1", ...more },
    ...(status === undefined ? {} : { status }),
});
const why = (status: Pod["status"], more?: Pod["metadata"]): string => whyNotReady([pod(status, more)]).join();

describe("whyNotReady", () => {
    it("returns nothing for ready pods", () => {
        assert.deepEqual(whyNotReady([pod({ conditions: [{ type: "Ready", status: "True" }] })]), []);
    });

    it("reports an unschedulable pod", () => {
        const condition = { type: "PodScheduled", status: "False", message: "0/3 nodes: insufficient memory" };
        assert.equal(why({ conditions: [condition] }), "pod solar-1 is not scheduled: 0/3 nodes: insufficient memory");
    });

    it("reports what a container waits for, init containers first", () => {
        const image = { name: "main", state: { waiting: { reason: "ImagePullBackOff", message: "no such tag" } } };
        const init = { name: "wait-for-db", state: { waiting: { reason: "CrashLoopBackOff" } } };
        assert.match(
            why({ containerStatuses: [image] }),
            /waits for its container "main": ImagePullBackOff: no such tag/,
        );
        const both = { containerStatuses: [image], initContainerStatuses: [init] };
        assert.match(why(both), /waits for its container "wait-for-db": CrashLoopBackOff$/);
    });

    it("reports a terminated container, a pod that is being deleted, and a pod that is not ready", () => {
        const terminated = { name: "main", ready: false, state: { terminated: { reason: "Error", exitCode: 1 } } };
        assert.match(why({ containerStatuses: [terminated] }), /terminated container "main": Error, exit code 1/);
        assert.match(why({ phase: "Running" }, { deletionTimestamp: new Date() }), /is being deleted/);
        assert.match(why({ phase: "Running" }), /is Running and not ready/);
    });

    it("describes the first three pods and counts the others", () => {
        const lines = whyNotReady(Array.from({ length: 5 }, () => pod({ phase: "Pending" })));
        assert.equal(lines.length, 4);
        assert.equal(lines.at(-1), "2 more pods are not ready");
    });
});
