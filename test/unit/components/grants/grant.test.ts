import assert from "node:assert/strict";
import * as fc from "fast-check";
import { addedGrants, type Grant } from "../../../../components/grants/grant";

describe("addedGrants", () => {
    const word = fc.string({ unit: fc.constantFrom("a", "b", "*"), minLength: 1, maxLength: 4 });
    const grant: fc.Arbitrary<Grant> = fc.record({
        action: word,
        resource: word,
        condition: fc.option(fc.constantFrom("x", "y"), { nil: undefined }),
    });
    const grants = fc.array(grant, { maxLength: 4 });

    it("returns no grant that existed before, in any order and number", () => {
        fc.assert(
            fc.property(grants, (all) => {
                assert.deepEqual(addedGrants(all, [...all, ...all].reverse()), []);
                assert.deepEqual(addedGrants(all, all.slice(1)), []);
            }),
        );
    });

    it("returns no more if more was granted before, and no fewer if more is granted now", () => {
        fc.assert(
            fc.property(grants, grants, grants, (before, now, more) => {
                const found = addedGrants(before, now);
                assert.ok(addedGrants([...before, ...more], now).every((one) => found.includes(one)));
                assert.ok(found.every((one) => addedGrants(before, [...now, ...more]).includes(one)));
            }),
        );
    });

    it("returns grants whose condition was removed or changed, not those that got a condition", () => {
        const [free, bound, other] = [undefined, "x", "y"].map((condition) => ({
            action: "a",
            resource: "r",
            condition,
        }));
        assert.deepEqual(addedGrants([bound!], [free!]), [free]);
        assert.deepEqual(addedGrants([bound!], [other!]), [other]);
        assert.deepEqual(addedGrants([free!], [bound!]), []);
    });
});
