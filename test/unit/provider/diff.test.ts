import assert from "node:assert/strict";
import { difference } from "../../../provider/diff";

describe("difference", () => {
    it("finds none between equal inputs", () => {
        assert.deepEqual(difference({ a: [1, { b: 2 }] }, { a: [1, { b: 2 }] }, ["a"]), []);
    });

    it("tells what was added, changed and left out, and what of it needs a new resource", () => {
        assert.deepEqual(difference({ a: 1, b: 1, c: 1 }, { b: 2, c: 1, d: 1 }, ["b"]), [
            { path: "a", property: "a", kind: "delete", replaces: false },
            { path: "b", property: "b", kind: "update", replaces: true },
            { path: "d", property: "d", kind: "add", replaces: false },
        ]);
    });

    it("writes a key that is no plain word in brackets", () => {
        const [found] = difference({ tags: { "made-by": "a" } }, { tags: { "made-by": "b" } }, []);
        assert.equal(found?.path, 'tags["made-by"]');
    });

    it("replaces for the one part of a property that a path names, and for no other", () => {
        const old = { metadata: { name: "a", labels: { x: "1" } } };
        const paths = ["metadata.name"];
        const label = difference(old, { metadata: { name: "a", labels: { x: "2" } } }, paths);
        assert.deepEqual(label, [{ path: "metadata.labels.x", property: "metadata", kind: "update", replaces: false }]);
        const name = difference(old, { metadata: { name: "b", labels: { x: "1" } } }, paths);
        const all = difference(old, { metadata: "unknown" }, paths);
        assert.deepEqual(all, [{ path: "metadata", property: "metadata", kind: "update", replaces: true }]);
        assert.deepEqual(name, [{ path: "metadata.name", property: "metadata", kind: "update", replaces: true }]);
    });

    it("replaces for a part whose name has dots in it", () => {
        const annotated = (value: string) => ({ metadata: { annotations: { "pulumi.com/patchFieldManager": value } } });
        const paths = ['metadata.annotations["pulumi.com/patchFieldManager"]'];
        const [found] = difference(annotated("a"), annotated("b"), paths);
        assert.deepEqual([found?.path, found?.replaces], [paths[0], true]);
    });
});
