import * as assert from "node:assert/strict";
import * as fc from "fast-check";
import { minimal, problemsIn, parseDeployments } from "./fixtures";

/** Keys of the schema, and some that every object inherits. */
const key = fc.constantFrom(
    ...[
        "name",
        "backend",
        "target",
        "testSecrets",
        "shareSecrets",
        "allowMissing",
        "kind",
        "address",
        "mount",
        "scope",
        "kvVersion",
    ],
    ...["namespace", "boundCidrs", "workloads", "containers", "force", "__proto__", "constructor", "toString"],
    ...["rotation", "every", "overlap", "generation"],
);
const leaf = fc.oneof(
    fc.constantFrom<unknown>(
        "vault",
        "kubernetes",
        "Deployment",
        "a",
        "https://a",
        "10.0.0.0/8",
        "variables",
        "20d",
        "0h",
        "never",
        1,
        2,
        true,
    ),
    fc.string({ unit: "binary", maxLength: 80 }),
    fc.anything(),
);

/** Objects that are partly valid. */
const { half } = fc.letrec<{ half: unknown }>((tie) => ({
    half: fc.oneof(
        { depthSize: "medium" },
        leaf,
        fc.array(tie("half"), { maxLength: 4 }),
        fc.array(fc.tuple(key, tie("half")), { maxLength: 8 }).map(Object.fromEntries),
    ),
}));

/** A valid config with one value replaced. */
const nearlyRight = fc.tuple(fc.array(fc.nat(), { maxLength: 5 }), leaf).map(([steps, value]) => {
    const root: unknown = [minimal("a"), minimal("b", { boundCidrs: ["10.0.0.0/8"] })];
    let node = root as Record<string, unknown>;
    for (const [i, step] of steps.entries()) {
        const keys = Object.keys(node);
        const at = keys[step % keys.length]!;
        const next = node[at];
        if (i === steps.length - 1 || typeof next !== "object" || next === null) {
            node[at] = value;
            break;
        }
        node = next as Record<string, unknown>;
    }
    return root;
});

describe("a hostile config", () => {
    // `problemsIn` fails if anything other than a ConfigError is thrown.
    for (const [what, arbitrary] of Object.entries({ anything: fc.anything(), half, nearlyRight })) {
        it(`is accepted, or refused with lines in the standard format (${what})`, () => {
            fc.assert(
                fc.property(arbitrary, (found) => {
                    for (const candidate of [found, [found]]) {
                        for (const line of problemsIn(candidate)) {
                            assert.match(line, /^deployments.*: found .+\. Allowed: .+\. .+[.?]$/);
                            assert.doesNotMatch(line, /[\p{C}\p{Zl}\p{Zp}]/u);
                        }
                    }
                }),
                { numRuns: 200 },
            );
        });
    }

    it("is unchanged when parsed again", () => {
        fc.assert(
            fc.property(nearlyRight, (found) => {
                if (problemsIn(found).length === 0) {
                    const parsed = parseDeployments(found);
                    assert.deepEqual(parseDeployments(parsed), parsed);
                }
            }),
        );
    });

    it("can be of any length and depth", () => {
        const long = "/".repeat(1_000_000);
        const deep = JSON.parse(`${"[".repeat(5000)}${"]".repeat(5000)}`) as unknown;
        const found = [
            minimal("a", { mount: long, address: `https://${long}`, [long]: deep, scope: deep, namespace: long }),
        ];
        for (const line of problemsIn(found)) {
            assert.ok(line.length < 1000, String(line.length));
        }
        assert.equal(problemsIn(found).length, 5);
    });
});
