import assert from "node:assert/strict";
import * as fc from "fast-check";
import { covers } from "../../../../components/grants/pattern";

describe("covers", () => {
    const pattern = fc.string({ unit: fc.constantFrom("a", "b", "/", "*", "?"), maxLength: 8 });
    const text = fc.string({ unit: fc.constantFrom("a", "b", "/"), maxLength: 8 });
    /** Independent implementation of a pattern. */
    const matches = (glob: string, value: string): boolean =>
        new RegExp(`^${glob.replace(/[*?]/g, (symbol) => (symbol === "*" ? ".*" : "."))}$`, "s").test(value);

    it("is true for the same pattern", () => {
        fc.assert(fc.property(pattern, (one) => covers(one, one)));
    });

    it("is true for `*`, and for a prefix followed by `*`", () => {
        fc.assert(fc.property(pattern, (one) => covers("*", one)));
        fc.assert(fc.property(text, pattern, (start, rest) => covers(`${start}*`, start + rest)));
    });

    it("is true for a string exactly if the pattern matches it", () => {
        fc.assert(
            fc.property(pattern, text, (glob, value) => {
                assert.equal(covers(glob, value), matches(glob, value));
            }),
        );
    });

    /** Replaces each wildcard of a pattern. */
    const narrowed = (glob: string, any: fc.Arbitrary<string>, one: fc.Arbitrary<string>): fc.Arbitrary<string> =>
        fc
            .tuple(...Array.from(glob, (symbol) => (symbol === "*" ? any : symbol === "?" ? one : fc.constant(symbol))))
            .map((parts) => parts.join(""));
    const letter = fc.constantFrom("a", "b", "/");

    it("is true for patterns that narrow it down in one or two steps", () => {
        const twice = pattern.chain((one) =>
            narrowed(one, pattern, letter).chain((two) =>
                narrowed(two, pattern, letter).map((three) => [one, two, three] as const),
            ),
        );
        fc.assert(fc.property(twice, ([one, two, three]) => covers(one, two) && covers(one, three)));
    });

    it("is only true if the pattern matches everything that the other one matches", () => {
        const inner = pattern.chain((one) => narrowed(one, text, letter).map((value) => [one, value] as const));
        fc.assert(
            fc.property(pattern, inner, (outer, [one, value]) => {
                assert.ok(matches(one, value));
                assert.ok(!covers(outer, one) || matches(outer, value));
            }),
            { numRuns: 2000 },
        );
    });

    it("is false if the patterns only begin in the same way", () => {
        assert.equal(covers("secret/a/*", "secret/*"), false);
        assert.equal(covers("secret/a", "secret/a*"), false);
        assert.equal(covers("secret/a/*", "secret/ab/*"), false);
        assert.equal(covers("?", "*"), false);
    });
});
