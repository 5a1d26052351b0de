import assert from "node:assert/strict";
import * as fc from "fast-check";
import { covers } from "../../../../components/grants/pattern";

describe("a pattern covers another", () => {
    const pattern = fc.string({ unit: fc.constantFrom("a", "b", "/", "*", "?"), maxLength: 8 });
    const text = fc.string({ unit: fc.constantFrom("a", "b", "/"), maxLength: 8 });
    /** What a pattern means, in other words. */
    const matches = (glob: string, value: string): boolean =>
        new RegExp(`^${glob.replace(/[*?]/g, (sign) => (sign === "*" ? ".*" : "."))}$`, "s").test(value);

    it("when it is the same", () => {
        fc.assert(fc.property(pattern, (one) => covers(one, one)));
    });

    it("when it is everything, or its beginning", () => {
        fc.assert(fc.property(pattern, (one) => covers("*", one)));
        fc.assert(fc.property(text, pattern, (start, rest) => covers(`${start}*`, start + rest)));
    });

    it("as a text exactly when it stands for that text", () => {
        fc.assert(
            fc.property(pattern, text, (glob, value) => {
                assert.equal(covers(glob, value), matches(glob, value));
            }),
        );
    });

    /** The pattern with something in place of each sign that stands for many. */
    const narrowed = (glob: string, any: fc.Arbitrary<string>, one: fc.Arbitrary<string>): fc.Arbitrary<string> =>
        fc
            .tuple(...Array.from(glob, (sign) => (sign === "*" ? any : sign === "?" ? one : fc.constant(sign))))
            .map((parts) => parts.join(""));
    const letter = fc.constantFrom("a", "b", "/");

    it("that is made of it by saying more, and what is made of that", () => {
        const twice = pattern.chain((one) =>
            narrowed(one, pattern, letter).chain((two) =>
                narrowed(two, pattern, letter).map((three) => [one, two, three] as const),
            ),
        );
        fc.assert(fc.property(twice, ([one, two, three]) => covers(one, two) && covers(one, three)));
    });

    it("only when it stands for whatever the other stands for", () => {
        const inner = pattern.chain((one) => narrowed(one, text, letter).map((value) => [one, value] as const));
        fc.assert(
            fc.property(pattern, inner, (outer, [one, value]) => {
                assert.ok(matches(one, value));
                assert.ok(!covers(outer, one) || matches(outer, value));
            }),
            { numRuns: 2000 },
        );
    });

    it("never when it only begins alike", () => {
        assert.equal(covers("secret/a/*", "secret/*"), false);
        assert.equal(covers("secret/a", "secret/a*"), false);
        assert.equal(covers("secret/a/*", "secret/ab/*"), false);
        assert.equal(covers("?", "*"), false);
    });
});
