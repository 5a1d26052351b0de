import assert from "node:assert/strict";
import { whyNotReady, type Pod } from "../../../../components/kubernetes/pods";

const pod = (status: Pod["status"], more: Pod["metadata"] = {}): Pod => ({
    metadata: { name: "solar-1", ...more },
    ...(status === undefined ? {} : { status }),
});
const why = (status: Pod["status"], more?: Pod["metadata"]): string => whyNotReady([pod(status, more)]).join();

describe("why pods are not ready", () => {
    it("is nothing for those that are", () => {
        assert.deepEqual(whyNotReady([pod({ conditions: [{ type: "Ready", status: "True" }] })]), []);
    });

    it("is that no node has room", () => {
        const condition = { type: "PodScheduled", status: "False", message: "0/3 nodes: insufficient memory" };
        assert.equal(why({ conditions: [condition] }), "pod solar-1 is not scheduled: 0/3 nodes: insufficient memory");
    });

    it("is what a container waits for, one that runs first before the others", () => {
        const image = { name: "main", state: { waiting: { reason: "ImagePullBackOff", message: "no such tag" } } };
        const init = { name: "wait-for-db", state: { waiting: { reason: "CrashLoopBackOff" } } };
        assert.match(
            why({ containerStatuses: [image] }),
            /waits for its container "main": ImagePullBackOff: no such tag/,
        );
        const both = { containerStatuses: [image], initContainerStatuses: [init] };
        assert.match(why(both), /waits for its container "wait-for-db": CrashLoopBackOff$/);
    });

    it("is that a container has ended, is being deleted, or only that it is not ready", () => {
        const ended = { name: "main", ready: false, state: { terminated: { reason: "Error", exitCode: 1 } } };
        assert.match(why({ containerStatuses: [ended] }), /container "main" that has ended: Error, exit code 1/);
        assert.match(why({ phase: "Running" }, { deletionTimestamp: new Date() }), /is being deleted/);
        assert.match(why({ phase: "Running" }), /is Running and not ready/);
    });

    it("is told of the first three, and the others are counted", () => {
        const said = whyNotReady(Array.from({ length: 5 }, () => pod({ phase: "Pending" })));
        assert.equal(said.length, 4);
        assert.equal(said.at(-1), "2 more pods are not ready");
    });
});
