import assert from "node:assert/strict";
import { driftOf, isGone, type Entries } from "../../../../components/kubernetes/drift";
import type { LiveWorkload } from "../../../../components/kubernetes/workload";
import { OURS, owned, owns, VARIABLE, withContainers } from "./fixture";

const secretKeyRef = { name: "solar-env-1a2b", key: VARIABLE };
const entries: Entries = { containers: ["scheduler"], env: { [VARIABLE]: { secretKeyRef } }, fieldManager: OURS };
const drift = (live: LiveWorkload): unknown => driftOf(live, entries);
const found = (words: string): unknown => ({ [`scheduler: ${VARIABLE}`]: words });

describe("the drift of env entries", () => {
    it("is none where they are as they were set", () => {
        assert.deepEqual(drift(owned({ valueFrom: { secretKeyRef } }, { [OURS]: owns.reference })), {});
    });

    it("tells an entry that is gone, and one of which the name is left", () => {
        assert.deepEqual(drift(withContainers("scheduler")), found("removed"));
        assert.deepEqual(drift(owned({}, { helm: owns.name })), found("removed"));
    });

    it("tells who took an entry over, and nothing of what is in it", () => {
        const literal = owned({ value: "theirs" }, { [OURS]: owns.name, "kubectl-edit": owns.literal });
        assert.deepEqual(drift(literal), found('set to a literal value by "kubectl-edit"'));
        const theirs = { secretKeyRef: { ...secretKeyRef, name: "theirs" } };
        const both = { [OURS]: owns.reference, flux: owns.reference };
        assert.deepEqual(drift(owned({ valueFrom: theirs }, both)), found('set to a reference by "flux"'));
        assert.deepEqual(
            drift(owned({ valueFrom: theirs }, {})),
            found("set to a reference by nobody that Kubernetes has recorded"),
        );
    });

    it("tells another reference that we have set ourselves, in an up that broke off", () => {
        const newer = { secretKeyRef: { ...secretKeyRef, name: "solar-env-3c4d" } };
        assert.deepEqual(
            drift(owned({ valueFrom: newer }, { [OURS]: owns.reference })),
            found("set to a reference that is not in the state"),
        );
    });

    it("tells an entry that is as it was and no longer ours: the next change would be refused", () => {
        const live = owned({ valueFrom: { secretKeyRef } }, { flux: owns.reference });
        assert.deepEqual(drift(live), found('owned by "flux" now'));
    });

    it("tells a container that is gone", () => {
        assert.deepEqual(drift(withContainers("other")), { scheduler: "the container is gone" });
    });
});

describe("a workload's env entries are gone", () => {
    it("when nothing is set under any of their names in the containers that had them", () => {
        assert.equal(isGone(withContainers("scheduler"), entries), true);
        assert.equal(isGone(owned({}, { helm: owns.name }), entries), true);
        assert.equal(isGone(owned({ value: "x" }, {}), { ...entries, containers: ["worker"] }), true);
    });

    it("not when one is left, or was taken over", () => {
        assert.equal(isGone(owned({ valueFrom: { secretKeyRef } }, { [OURS]: owns.reference }), entries), false);
        assert.equal(isGone(owned({ value: "theirs" }, { helm: owns.literal }), entries), false);
    });
});
