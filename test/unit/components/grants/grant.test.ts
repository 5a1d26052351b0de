import assert from "node:assert/strict";
import * as fc from "fast-check";
import { added, type Grant } from "../../../../components/grants/grant";

describe("the grants that are added", () => {
    const word = fc.string({ unit: fc.constantFrom("a", "b", "*"), minLength: 1, maxLength: 4 });
    const grant: fc.Arbitrary<Grant> = fc.record({
        action: word,
        resource: word,
        condition: fc.option(fc.constantFrom("x", "y"), { nil: undefined }),
    });
    const grants = fc.array(grant, { maxLength: 4 });

    it("are none of those that were there, in whatever order and number", () => {
        fc.assert(
            fc.property(grants, (all) => {
                assert.deepEqual(added(all, [...all, ...all].reverse()), []);
                assert.deepEqual(added(all, all.slice(1)), []);
            }),
        );
    });

    it("become no more when more was there before, and no fewer when more is there now", () => {
        fc.assert(
            fc.property(grants, grants, grants, (before, now, more) => {
                const found = added(before, now);
                assert.ok(added([...before, ...more], now).every((one) => found.includes(one)));
                assert.ok(found.every((one) => added(before, [...now, ...more]).includes(one)));
            }),
        );
    });

    it("are those whose condition was lifted or changed, not those that got one", () => {
        const [free, bound, other] = [undefined, "x", "y"].map((condition) => ({
            action: "a",
            resource: "r",
            condition,
        }));
        assert.deepEqual(added([bound!], [free!]), [free]);
        assert.deepEqual(added([bound!], [other!]), [other]);
        assert.deepEqual(added([free!], [bound!]), []);
    });
});
