import assert from "node:assert/strict";
import * as fc from "fast-check";
import { retiringOverlaps } from "../../../stack/retiringOverlaps";
import { minimal, target } from "./fixtures";
import { at, planned, stateBeforeMove, stateOf } from "./plannedState";

/** Returns what is refused of a config, so many days after the first of January. */
const refused = (config: unknown, state: ReturnType<typeof stateOf>, days: number): readonly string[] =>
    retiringOverlaps(planned(config, state, days), "dev");

const shared = { shareSecrets: true };

describe("retiringOverlaps", () => {
    const both = [minimal("one"), minimal("two")];
    const begin = stateOf(planned(both, [], 0));
    /** Deployment `one` has left its scope on the first day. */
    const left = [minimal("one", { scope: "free" }), minimal("two")];
    const afterOneLeft = stateOf(planned(left, begin, 1));
    const taken = [minimal("one", { scope: "free" }), minimal("two", { scope: "one" })];

    it("refuse a scope that another Deployment's previous identity may read, until the overlap is over", () => {
        assert.deepEqual(refused(left, begin, 1), []);
        assert.deepEqual(refused(taken, afterOneLeft, 1.5), [
            'Deployment "two": it would read "secret/data/one/variables/", and the previous identity of Deployment "one" may ' +
                'read "secret/data/one/variables/" until 2026-01-03T00:00:00.000Z. Leave the backend of "two" as it was until ' +
                "then, or write shareSecrets: true in both. To end it earlier: npm run rotate -- --stack dev " +
                "--deployment one --revoke",
        ]);
        assert.deepEqual(refused(taken, afterOneLeft, 2), []);
    });

    it("refuse two Deployments that swap their scopes, and one that takes a scope that is left in the same run", () => {
        const swapped = [minimal("one", { scope: "two" }), minimal("two", { scope: "one" })];
        assert.deepEqual(
            refused(swapped, begin, 1).map((line) => line.slice(0, 'Deployment "one"'.length)),
            ['Deployment "two"', 'Deployment "one"'],
        );
        assert.equal(refused(taken, begin, 1).length, 1);
    });

    it("refuse what a run has created that failed before it had set the env vars", () => {
        const failed = stateBeforeMove(planned(left, begin, 1), begin);
        assert.equal(refused([minimal("one"), minimal("two", { scope: "free" })], failed, 1).length, 1);
    });

    it("allow it if both share their secrets, and not if one does", () => {
        const config = (one: object, two: object) => [
            minimal("one", { scope: "free" }, { ...one }),
            minimal("two", { scope: "one" }, { ...two }),
        ];
        assert.deepEqual(refused(config(shared, shared), afterOneLeft, 1.5), []);
        assert.equal(refused(config({}, shared), afterOneLeft, 1.5).length, 1);
        assert.equal(refused(config(shared, {}), afterOneLeft, 1.5).length, 1);
    });

    it("allow it if the previous identity is deleted in this run", () => {
        const request = { madeBefore: at(1.5).toISOString(), deployments: ["one"], revoke: true };
        assert.deepEqual(retiringOverlaps(planned(taken, afterOneLeft, 1.5, { request }), "dev"), []);
        assert.deepEqual(refused([minimal("two", { scope: "one" })], begin, 1), []);
        const immediate = { rotation: { overlap: "0h" } };
        assert.deepEqual(
            refused([minimal("one", { scope: "free" }, immediate), minimal("two", { scope: "one" })], begin, 1),
            [],
        );
    });

    it("are not about a Deployment's own previous identity", () => {
        assert.deepEqual(refused(both, afterOneLeft, 1.5), []);
        assert.deepEqual(refused([minimal("one", { boundCidrs: ["10.0.0.0/8"] }), minimal("two")], begin, 1), []);
        assert.deepEqual(refused([{ ...minimal("one", { scope: "free" }), name: "luna" }], begin, 1), []);
    });

    it("compare prefixes within one service only", () => {
        const aws = (kind: string, scope: string) => ({
            ...minimal("two"),
            backend: { kind, region: "eu-central-1", scope },
            target: target("two"),
        });
        const first = [minimal("one"), aws("aws-secrets-manager", "one")];
        const state = stateOf(planned(first, [], 0));
        const now = [minimal("one"), aws("aws-parameter-store", "one")];
        assert.deepEqual(refused(now, state, 1), []);
        const back = [{ ...aws("aws-secrets-manager", "one"), name: "one", target: target("one") }, now[1]];
        assert.match(refused(back, state, 1)[0] ?? "", /^Deployment "one": it would read "airflow\/one\/variables\/"/);
    });

    it("refuse exactly the places of which one prefix begins with another", () => {
        const place = fc.record({
            mount: fc.constantFrom("secret", "secret/data", "secret/data/a"),
            kvVersion: fc.constantFrom(1, 2),
            scope: fc.constantFrom("a", "ab", "data", "variables", "connections"),
        });
        const prefixes = ({ mount, kvVersion, scope }: { mount: string; kvVersion: number; scope: string }) =>
            ["variables", "connections"].map((what) => `${mount}/${kvVersion === 2 ? "data/" : ""}${scope}/${what}/`);
        fc.assert(
            fc.property(place, place, (old, taken) => {
                const state = stateOf(planned([minimal("one", old)], [], 0));
                const config = [minimal("one", { mount: "elsewhere" }), minimal("two", taken)];
                const expected = prefixes(old).some((p) =>
                    prefixes(taken).some((q) => p.startsWith(q) || q.startsWith(p)),
                );
                assert.equal(refused(config, state, 0.5).length, expected ? 1 : 0);
            }),
        );
    });
});
