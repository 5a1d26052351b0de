import assert from "node:assert/strict";
import { difference } from "../../../provider/diff";

describe("difference", () => {
    it("returns nothing for equal inputs", () => {
        assert.deepEqual(difference({ a: [1, { b: 2 }] }, { a: [1, { b: 2 }] }, ["a"]), []);
    });

    it("returns added, changed and deleted inputs, and which of them replace the resource", () => {
        assert.deepEqual(difference({ a: 1, b: 1, c: 1 }, { b: 2, c: 1, d: 1 }, ["b"]), [
            { path: "a", property: "a", kind: "delete", replaces: false },
            { path: "b", property: "b", kind: "update", replaces: true },
            { path: "d", property: "d", kind: "add", replaces: false },
        ]);
    });

    it("writes a key with special characters in brackets", () => {
        const [found] = difference({ tags: { "made-by": "a" } }, { tags: { "made-by": "b" } }, []);
        assert.equal(found?.path, 'tags["made-by"]');
    });

    it("replaces only for the part of a property that a path names", () => {
        const old = { metadata: { name: "a", labels: { x: "1" } } };
        const paths = ["metadata.name"];
        const label = difference(old, { metadata: { name: "a", labels: { x: "2" } } }, paths);
        assert.deepEqual(label, [{ path: "metadata.labels.x", property: "metadata", kind: "update", replaces: false }]);
        const name = difference(old, { metadata: { name: "b", labels: { x: "1" } } }, paths);
        const all = difference(old, { metadata: "unknown" }, paths);
        assert.deepEqual(all, [{ path: "metadata", property: "metadata", kind: "update", replaces: true }]);
        assert.deepEqual(name, [{ path: "metadata.name", property: "metadata", kind: "update", replaces: true }]);
    });

    it("replaces for a part whose name contains dots", () => {
        const annotated = (value: string) => ({ metadata: { annotations: { "pulumi.com/patchFieldManager": value } } });
        const paths = ['metadata.annotations["pulumi.com/patchFieldManager"]'];
        const [found] = difference(annotated("a"), annotated("b"), paths);
        assert.deepEqual([found?.path, found?.replaces], [paths[0], true]);
    });
});
