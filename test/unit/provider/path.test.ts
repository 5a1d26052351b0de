import assert from "node:assert/strict";
import { isWithin, keysOf, pathOf } from "../../../provider/path";

describe("a property path", () => {
    const paths: Record<string, (string | number)[]> = {
        "": [],
        name: ["name"],
        "metadata.name": ["metadata", "name"],
        'metadata.annotations["pulumi.com/patchForce"]': ["metadata", "annotations", "pulumi.com/patchForce"],
        "spec.containers[0].env[12]": ["spec", "containers", 0, "env", 12],
        '["a \\"b\\" [0]"].c': ['a "b" [0]', "c"],
    };
    for (const [path, keys] of Object.entries(paths)) {
        it(`is written and read alike: ${path || "the empty one"}`, () => {
            assert.equal(pathOf(keys), path);
            assert.deepEqual(keysOf(path), keys);
        });
    }

    it("that is none is an error that says from where", () => {
        assert.throws(() => keysOf("a.b[c]"), /"a\.b\[c\]" is no property path: "\[c\]" cannot be read/);
    });

    it("lies within itself and what is around it", () => {
        assert.ok(isWithin(["a", 0, "b"], ["a", 0]));
        assert.ok(isWithin(["a"], ["a"]));
        assert.ok(!isWithin(["a"], ["a", 0]));
    });
});
