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
        it(`is formatted and parsed: ${path || "empty path"}`, () => {
            assert.equal(pathOf(keys), path);
            assert.deepEqual(keysOf(path), keys);
        });
    }

    it("throws for an invalid path, with the part that cannot be parsed", () => {
        assert.throws(() => keysOf("a.b[c]"), /"a\.b\[c\]" is not a property path: cannot parse "\[c\]"/);
    });

    it("is within itself and within its parents", () => {
        assert.ok(isWithin(["a", 0, "b"], ["a", 0]));
        assert.ok(isWithin(["a"], ["a"]));
        assert.ok(!isWithin(["a"], ["a", 0]));
    });
});
