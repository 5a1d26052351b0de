import assert from "node:assert/strict";
import { ownersOf, withoutTakenOver } from "../../../../components/kubernetes/ownership";
import type { ManagedFields } from "../../../../components/kubernetes/workload";
import { OURS, owned, owns, VARIABLE } from "./fixture";

const unwanted = (): boolean => false;

/** Returns the managers, and whether each owns anything of the entry. */
function ownersIn(managedFields: readonly ManagedFields[] = []): string[] {
    return managedFields.map(
        ({ manager = "", fieldsV1 }) => `${manager}${JSON.stringify(fieldsV1).includes(VARIABLE) ? " has it" : ""}`,
    );
}

describe("ownersOf", () => {
    it("returns the managers that own the value; owning only the name does not count", () => {
        const live = owned({ value: "x" }, { helm: owns.literal, flux: owns.reference, argocd: owns.name });
        assert.deepEqual(ownersOf(live, "scheduler", VARIABLE), ["helm", "flux"]);
        assert.deepEqual(ownersOf(live, "worker", VARIABLE), []);
        assert.deepEqual(ownersOf({}, "scheduler", VARIABLE), []);
    });
});

describe("withoutTakenOver", () => {
    const taken = owned({ value: "theirs" }, { [OURS]: owns.name, "kubectl-edit": { "f:value": {} } });

    it("releases an entry that somebody else has set since, including its name", () => {
        assert.deepEqual(ownersIn(taken.metadata?.managedFields), [`${OURS} has it`, "kubectl-edit has it"]);
        assert.deepEqual(ownersIn(withoutTakenOver(taken, OURS, unwanted)), [OURS, "kubectl-edit has it"]);
    });

    it("does not release an entry that is still wanted", () => {
        assert.equal(
            withoutTakenOver(taken, OURS, () => true),
            undefined,
        );
    });

    it("releases nothing if only we own the entry, or nobody does", () => {
        const ours = owned({ valueFrom: {} }, { [OURS]: owns.reference, helm: owns.name });
        assert.equal(withoutTakenOver(ours, OURS, unwanted), undefined);
        assert.equal(withoutTakenOver({}, OURS, unwanted), undefined);
    });
});
