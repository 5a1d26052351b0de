import assert from "node:assert/strict";
import { decide, type Decision, type StackFacts } from "../../../../scripts/teardown/decide";

const PAST = "2026-12-01T11:59:59Z";
const FUTURE = "2026-12-01T12:00:01Z";
const now = new Date("2026-12-01T12:00:00Z");

type Result = Decision["result"];

/** Facts (resources, `expires` in the state, `expires` in the file), and the results for `--expired` and `--stack`. */
const table: [StackFacts["hasResources"], string | undefined, string | undefined, expired: Result, named: Result][] = [
    [true, PAST, undefined, "tear down", "tear down"],
    [true, FUTURE, undefined, "kept", "tear down"],
    [true, undefined, undefined, "kept", "left"],
    // The file on this branch may belong to another stack.
    [true, undefined, PAST, "kept", "left"],
    [true, FUTURE, PAST, "kept", "tear down"],
    [true, PAST, FUTURE, "tear down", "tear down"],
    // Destroyed, but teardown was killed before the stack itself was removed.
    [false, PAST, undefined, "tear down", "tear down"],
    [false, FUTURE, PAST, "kept", "tear down"],
    // Its first up created nothing.
    [false, undefined, PAST, "tear down", "tear down"],
    [false, undefined, FUTURE, "kept", "tear down"],
    [false, undefined, undefined, "kept", "left"],
];

describe("the decision about a stack", () => {
    for (const [hasResources, inState, inFile, expired, named] of table) {
        const what = `${hasResources ? "with" : "without"} resources, state: ${inState ?? "-"}, file: ${inFile ?? "-"}`;
        it(`${what}: ${expired}, or ${named} if it is named`, () => {
            assert.equal(decide({ hasResources, inState, inFile }, "expired", now).result, expired);
            assert.equal(decide({ hasResources, inState, inFile }, "named", now).result, named);
        });
    }

    it("has a reason", () => {
        const facts = { hasResources: true, inState: undefined, inFile: PAST };
        assert.match(decide(facts, "named", now).why, /^has resources and no `expires` in its state/);
        assert.equal(decide({ ...facts, inState: PAST }, "expired", now).why, "has expired");
        assert.equal(decide({ ...facts, inState: FUTURE }, "named", now).why, "was named");
    });
});
