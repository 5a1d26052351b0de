import assert from "node:assert/strict";
import { reasonOf } from "../../../lib/reason";

describe("reasonOf", () => {
    const refused = ["::1", "127.0.0.1"].map((host) => new Error(`connect ECONNREFUSED ${host}:1`));
    const reasons: Record<string, [unknown, string]> = {
        "returns the message without the full stop": [new Error("Access denied. "), "Access denied"],
        "returns a thrown value that is not an error": ["no.", "no"],
        "appends the cause": [new Error("cannot log in", { cause: new Error("no key") }), "cannot log in: no key"],
        "returns the network errors if fetch failed, one per address": [
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
