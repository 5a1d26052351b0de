import assert from "node:assert/strict";
import { reasonOf } from "../../../lib/reason";

describe("the reason of an error", () => {
    const refused = ["::1", "127.0.0.1"].map((host) => new Error(`connect ECONNREFUSED ${host}:1`));
    const reasons: Record<string, [unknown, string]> = {
        "is what it says, as part of a sentence": [new Error("Access denied. "), "Access denied"],
        "is what was thrown, where that is no error": ["no.", "no"],
        "has the cause after it": [new Error("cannot log in", { cause: new Error("no key") }), "cannot log in: no key"],
        "is the network's where fetch failed, once for each address": [
            new TypeError("fetch failed", { cause: new AggregateError([...refused, refused[0]]) }),
            "connect ECONNREFUSED ::1:1; connect ECONNREFUSED 127.0.0.1:1",
        ],
    };
    for (const [what, [error, reason]] of Object.entries(reasons)) {
        it(what, () => {
            assert.equal(reasonOf(error), reason);
        });
    }
});
