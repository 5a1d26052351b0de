import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import * as fc from "fast-check";
import { pythonRegexProblem } from "../../../config/pythonRegex";

/** What Python itself says of each pattern: whether `re` takes it. */
function inPython(patterns: readonly string[]): boolean[] {
    const script = `
import json, re, sys, warnings
warnings.simplefilter("ignore")
def good(pattern):
    try:
        re.compile(pattern)
        return True
    except (re.error, OverflowError, RecursionError):
        return False
print(json.dumps([good(pattern) for pattern in json.load(sys.stdin)]))
`;
    const answer = execFileSync("python3", ["-c", script], { input: JSON.stringify(patterns), encoding: "utf8" });
    return JSON.parse(answer) as boolean[];
}

describe("pythonRegexProblem", () => {
    const good = [
        "^prod_",
        "(?i)abc",
        "(?P<x>a)(?P=x)",
        "a{,3}",
        "[]a]",
        "a++b",
        "(?>a|b)c",
        "(?!tmp_).*",
        "\\Aprod\\Z",
        "a{b",
        "[^]]",
    ];
    const bad = [
        "(",
        ")",
        "*",
        "a**",
        "[a",
        "(?P<1>a)",
        "(?<x>a)",
        "\\q",
        "[z-a]",
        "(a)\\2",
        "a{2,1}",
        "\\",
        "[\\d-z]",
        "a(?i)",
    ];

    it("agrees with Python on what people write and mistype", () => {
        assert.deepEqual(inPython([...good, ...bad]), [...good.map(() => true), ...bad.map(() => false)]);
        assert.deepEqual(
            good.map(pythonRegexProblem),
            good.map(() => undefined),
        );
        for (const pattern of bad) {
            assert.equal(typeof pythonRegexProblem(pattern), "string", pattern);
        }
    });

    it("agrees with Python on whatever is put together from a regular expression's parts", () => {
        const part = fc.constantFrom(
            ..."a b _ - 0 1 , . ^ $ | * + ? { } {2} {2,} {,3} {3,1} ( ) (?: (?= (?! (?P<n> (?P=n) (?i) (?# (?> [ ] [^ \\ \\d \\w \\b \\A \\Z \\n \\. \\] \\1 \\x41 \\q [a-z] [z-a] )* é".split(
                " ",
            ),
        );
        const patterns = fc.sample(
            fc.array(part, { minLength: 1, maxLength: 7 }).map((parts) => parts.join("")),
            { numRuns: 20_000, seed: 20261124 },
        );
        const expected = inPython(patterns);
        const wrong = patterns
            .map((pattern, index) => ({ pattern, python: expected[index], problem: pythonRegexProblem(pattern) }))
            .filter(({ python, problem }) => python !== (problem === undefined));
        assert.deepEqual(wrong.slice(0, 15), [], `${wrong.length} of ${patterns.length}`);
    });
});
