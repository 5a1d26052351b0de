import { isDeepStrictEqual } from "node:util";
import { isMapping } from "../../../lib/json";
import { pathOf } from "../../../provider/path";
import type { Placeholders } from "./placeholders";
import type { Recorded } from "./recording";

export interface Discrepancy {
    /** The path in the answer, in Pulumi's notation: `properties.tokenPolicies[0]`. */
    readonly path: string;
    readonly recorded: Recorded;
    readonly answered: unknown;
}

/** Returns where an answer differs from the recorded one. */
export function compare(recorded: Recorded, answered: unknown, context: { placeholders: Placeholders; owner: string }) {
    const found: Discrepancy[] = [];
    visit(recorded, answered, []);
    return found;

    function visit(expected: Recorded, actual: unknown, keys: readonly (string | number)[]): void {
        if (typeof expected === "string") {
            check(context.placeholders.matches(expected, actual, context.owner), expected, actual, keys);
        } else if (isMapping(expected) && typeof expected.$base64 === "string") {
            const text = typeof actual === "string" ? Buffer.from(actual, "base64").toString("utf8") : actual;
            check(context.placeholders.matches(expected.$base64, text, context.owner), expected, actual, keys);
        } else if (Array.isArray(expected) && Array.isArray(actual)) {
            for (let index = 0; index < Math.max(expected.length, actual.length); index++) {
                visit(expected[index], actual[index], [...keys, index]);
            }
        } else if (isMapping(expected) && isMapping(actual)) {
            visitMapping(expected, actual, keys);
        } else {
            check(isDeepStrictEqual(expected, actual), expected, actual, keys);
        }
    }

    function visitMapping(
        expected: Record<string, unknown>,
        actual: Record<string, unknown>,
        keys: readonly (string | number)[],
    ) {
        for (const name of new Set([...Object.keys(expected), ...Object.keys(actual)])) {
            // The mark of a secret is not part of the path.
            const inside = name === "$secret" && "$secret" in expected && "$secret" in actual ? keys : [...keys, name];
            visit(expected[name], actual[name], inside);
        }
    }

    function check(isSame: boolean, expected: Recorded, actual: unknown, keys: readonly (string | number)[]): void {
        if (!isSame) {
            found.push({ path: pathOf(keys), recorded: expected, answered: actual });
        }
    }
}
