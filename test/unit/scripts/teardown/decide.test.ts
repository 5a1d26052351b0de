import assert from "node:assert/strict";
import { decide, type Decision, type Known } from "../../../../scripts/teardown/decide";

const PAST = "2026-12-01T11:59:59Z";
const FUTURE = "2026-12-01T12:00:01Z";
const now = new Date("2026-12-01T12:00:00Z");

type Result = Decision["result"];

/** What the state has, what it says, what the file says; what becomes of it when all, or this one, is asked for. */
const table: [Known["hasThings"], string | undefined, string | undefined, expired: Result, named: Result][] = [
    [true, PAST, undefined, "tear down", "tear down"],
    [true, FUTURE, undefined, "kept", "tear down"],
    [true, undefined, undefined, "kept", "left"],
    // The file of this branch is not that of the stack.
    [true, undefined, PAST, "kept", "left"],
    [true, FUTURE, PAST, "kept", "tear down"],
    [true, PAST, FUTURE, "tear down", "tear down"],
    // Destroyed, and killed before the stack itself was removed.
    [false, PAST, undefined, "tear down", "tear down"],
    [false, FUTURE, PAST, "kept", "tear down"],
    // Its first up never came to anything.
    [false, undefined, PAST, "tear down", "tear down"],
    [false, undefined, FUTURE, "kept", "tear down"],
    [false, undefined, undefined, "kept", "left"],
];

describe("what becomes of a stack", () => {
    for (const [hasThings, inState, inFile, expired, named] of table) {
        const what = `${hasThings ? "with" : "without"} resources, state: ${inState ?? "-"}, file: ${inFile ?? "-"}`;
        it(`${what}: ${expired}, or ${named} when it is named`, () => {
            assert.equal(decide({ hasThings, inState, inFile }, "expired", now).result, expired);
            assert.equal(decide({ hasThings, inState, inFile }, "named", now).result, named);
        });
    }

    it("is said with the reason", () => {
        const known = { hasThings: true, inState: undefined, inFile: PAST };
        assert.match(decide(known, "named", now).why, /^has resources and no `expires` in its state/);
        assert.equal(decide({ ...known, inState: PAST }, "expired", now).why, "has expired");
        assert.equal(decide({ ...known, inState: FUTURE }, "named", now).why, "was named");
    });
});
