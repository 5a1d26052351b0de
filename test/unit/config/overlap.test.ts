import * as assert from "node:assert/strict";
import * as fc from "fast-check";
import { findOverlaps, type Reach } from "../../../config/overlap";

/** The rule for two Deployments, written out. */
function overlap(a: Reach, b: Reach): boolean {
    const isPrefix = a.prefixes.some((p) => b.prefixes.some((q) => p.startsWith(q) || q.startsWith(p)));
    return a.store === b.store && isPrefix && !(a.shareSecrets && b.shareSecrets);
}

/** Few and short prefixes, so that they often overlap; some without a separator, as another kind may render them. */
const prefix = fc.oneof(
    fc.array(fc.constantFrom("a", "b", "variables"), { maxLength: 4 }).map((parts) => [...parts, ""].join("/")),
    fc.string({ unit: fc.constantFrom("a", "-", "é", "\u{1f600}"), maxLength: 3 }),
);

const reach: fc.Arbitrary<Reach> = fc.record({
    store: fc.constantFrom("vault", "another"),
    prefixes: fc.array(prefix, { maxLength: 3 }),
    shareSecrets: fc.boolean(),
});

describe("findOverlaps", () => {
    it("follows the rule for any two, in either order", () => {
        fc.assert(
            fc.property(reach, reach, (a, b) => {
                const expected = overlap(a, b) ? 1 : 0;
                assert.equal(findOverlaps([a, b]).length, expected);
                assert.equal(findOverlaps([b, a]).length, expected);
            }),
            { numRuns: 2000 },
        );
    });

    it("has each overlapping Deployment in a pair, no other pairs, and at most one pair per Deployment", () => {
        fc.assert(
            fc.property(fc.array(reach, { maxLength: 12 }), (reaches) => {
                const found = findOverlaps(reaches);
                for (const { members, prefixes } of found) {
                    const [a, b] = members.map((member) => reaches[member]!);
                    assert.ok(members[0] !== members[1] && overlap(a!, b!));
                    assert.ok(a!.prefixes.includes(prefixes[0]) && b!.prefixes.includes(prefixes[1]));
                    assert.ok(prefixes[0].startsWith(prefixes[1]) || prefixes[1].startsWith(prefixes[0]));
                }
                const expected = reaches.flatMap((a, i) =>
                    reaches.some((b, j) => i !== j && overlap(a, b)) ? [i] : [],
                );
                const named = new Set(found.flatMap(({ members }) => members));
                assert.deepEqual(
                    [...named].sort((a, b) => a - b),
                    expected,
                );
                const pairs = new Set(found.map(({ members }) => [...members].sort((a, b) => a - b).join()));
                assert.equal(pairs.size, found.length);
                assert.ok(found.length <= Math.max(0, expected.length));
            }),
            { numRuns: 2000 },
        );
    });

    it("pairs all Deployments with the same prefix with the first one", () => {
        const same: Reach = { store: "vault", prefixes: ["secret/variables/"], shareSecrets: false };
        const pairs = findOverlaps(Array.from({ length: 1000 }, () => same)).map(({ members }) => members);
        assert.equal(pairs.length, 999);
        assert.ok(pairs.every((members) => members.includes(0)));
    });

    it("accepts many that share, and reports the one that does not", () => {
        const shared: Reach = { store: "vault", prefixes: ["secret/variables/"], shareSecrets: true };
        const many = Array.from({ length: 20_000 }, () => shared);
        assert.deepEqual(findOverlaps(many), []);
        const nested = { ...shared, prefixes: ["secret/variables/variables/"] };
        assert.deepEqual(findOverlaps([...many, ...many.map(() => nested)]), []);
        assert.equal(findOverlaps([...many, { ...nested, shareSecrets: false }]).length, 20_000);
    });
});
