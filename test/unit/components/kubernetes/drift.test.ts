import assert from "node:assert/strict";
import { driftOf, areEntriesRemoved, type EnvEntries } from "../../../../components/kubernetes/drift";
import type { LiveWorkload } from "../../../../components/kubernetes/workload";
import { OURS, owned, owns, VARIABLE, withContainers } from "./fixture";

const secretKeyRef = { name: "solar-env-1a2b", key: VARIABLE };
const entries: EnvEntries = { containers: ["scheduler"], env: { [VARIABLE]: { secretKeyRef } }, fieldManager: OURS };
const drift = (live: LiveWorkload): unknown => driftOf(live, entries);
const found = (description: string): unknown => ({ [`scheduler: ${VARIABLE}`]: description });

describe("drift of env entries", () => {
    it("is empty if the entries are unchanged", () => {
        assert.deepEqual(drift(owned({ valueFrom: { secretKeyRef } }, { [OURS]: owns.reference })), {});
    });

    it("reports an entry that was deleted, and one that has only its name left", () => {
        assert.deepEqual(drift(withContainers("scheduler")), found("removed"));
        assert.deepEqual(drift(owned({}, { helm: owns.name })), found("removed"));
    });

    it("reports who took over an entry, without its value", () => {
        const literal = owned({ value: "theirs" }, { [OURS]: owns.name, "kubectl-edit": owns.literal });
        assert.deepEqual(drift(literal), found('set to a literal value by "kubectl-edit"'));
        const theirs = { secretKeyRef: { ...secretKeyRef, name: "theirs" } };
        const both = { [OURS]: owns.reference, flux: owns.reference };
        assert.deepEqual(drift(owned({ valueFrom: theirs }, both)), found('set to a reference by "flux"'));
        assert.deepEqual(
            drift(owned({ valueFrom: theirs }, {})),
            found("set to a reference by an unrecorded field manager"),
        );
    });

    it("reports a reference that an interrupted up of our own set", () => {
        const newer = { secretKeyRef: { ...secretKeyRef, name: "solar-env-3c4d" } };
        assert.deepEqual(
            drift(owned({ valueFrom: newer }, { [OURS]: owns.reference })),
            found("set to a reference that is not in the state"),
        );
    });

    it("reports an unchanged entry that has another owner, because the next change would be rejected", () => {
        const live = owned({ valueFrom: { secretKeyRef } }, { flux: owns.reference });
        assert.deepEqual(drift(live), found('owned by "flux" now'));
    });

    it("reports a deleted container", () => {
        assert.deepEqual(drift(withContainers("other")), { scheduler: "the container was deleted" });
    });
});

describe("areEntriesRemoved", () => {
    it("is true if none of the env vars has a value in the containers that had them", () => {
        assert.equal(areEntriesRemoved(withContainers("scheduler"), entries), true);
        assert.equal(areEntriesRemoved(owned({}, { helm: owns.name }), entries), true);
        assert.equal(areEntriesRemoved(owned({ value: "x" }, {}), { ...entries, containers: ["worker"] }), true);
    });

    it("is false if an entry still exists or was taken over", () => {
        assert.equal(
            areEntriesRemoved(owned({ valueFrom: { secretKeyRef } }, { [OURS]: owns.reference }), entries),
            false,
        );
        assert.equal(areEntriesRemoved(owned({ value: "theirs" }, { helm: owns.literal }), entries), false);
    });
});
