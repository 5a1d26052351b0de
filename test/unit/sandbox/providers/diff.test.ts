import assert from "node:assert/strict";
import { difference } from "../../../../sandbox/providers/diff";

describe("difference", () => {
    it("finds none between equal inputs", () => {
        assert.deepEqual(difference({ a: [1, { b: 2 }] }, { a: [1, { b: 2 }] }, ["a"]), []);
    });

    it("tells what was added, changed and left out, and what of it needs a new resource", () => {
        assert.deepEqual(difference({ a: 1, b: 1, c: 1 }, { b: 2, c: 1, d: 1 }, ["b"]), [
            { property: "a", kind: "delete", replaces: false },
            { property: "b", kind: "update", replaces: true },
            { property: "d", kind: "add", replaces: false },
        ]);
    });

    it("replaces for the one part of a property that a path names, and for no other", () => {
        const old = { metadata: { name: "a", labels: { x: "1" } } };
        const paths = ["metadata.name"];
        const label = difference(old, { metadata: { name: "a", labels: { x: "2" } } }, paths);
        assert.deepEqual(label, [{ property: "metadata", kind: "update", replaces: false }]);
        const name = difference(old, { metadata: { name: "b", labels: { x: "1" } } }, paths);
        assert.deepEqual(name, [{ property: "metadata", kind: "update", replaces: true }]);
    });
});
