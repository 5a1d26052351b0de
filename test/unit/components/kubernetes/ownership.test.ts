import assert from "node:assert/strict";
import { ownersOf, withoutTakenOver } from "../../../../components/kubernetes/ownership";
import type { ManagedFields } from "../../../../components/kubernetes/workload";
import { OURS, owned, owns, VARIABLE } from "./fixture";

const unwanted = (): boolean => false;

/** What each manager owns of the entry. */
function ownersIn(managedFields: readonly ManagedFields[] = []): string[] {
    return managedFields.map(
        ({ manager = "", fieldsV1 }) => `${manager}${JSON.stringify(fieldsV1).includes(VARIABLE) ? " has it" : ""}`,
    );
}

describe("who owns an env entry", () => {
    it("is whoever has set its value: a name alone is nobody's", () => {
        const live = owned({ value: "x" }, { helm: owns.literal, flux: owns.reference, argocd: owns.name });
        assert.deepEqual(ownersOf(live, "scheduler", VARIABLE), ["helm", "flux"]);
        assert.deepEqual(ownersOf(live, "worker", VARIABLE), []);
        assert.deepEqual(ownersOf({}, "scheduler", VARIABLE), []);
    });
});

describe("an entry that somebody else has set since", () => {
    const taken = owned({ value: "theirs" }, { [OURS]: owns.name, "kubectl-edit": { "f:value": {} } });

    it("is left to them, name and all", () => {
        assert.deepEqual(ownersIn(taken.metadata?.managedFields), [`${OURS} has it`, "kubectl-edit has it"]);
        assert.deepEqual(ownersIn(withoutTakenOver(taken, OURS, unwanted)), [OURS, "kubectl-edit has it"]);
    });

    it("is not while it is wanted still", () => {
        assert.equal(
            withoutTakenOver(taken, OURS, () => true),
            undefined,
        );
    });

    it("is none where it is ours alone, or nobody's", () => {
        const ours = owned({ valueFrom: {} }, { [OURS]: owns.reference, helm: owns.name });
        assert.equal(withoutTakenOver(ours, OURS, unwanted), undefined);
        assert.equal(withoutTakenOver({}, OURS, unwanted), undefined);
    });
});
