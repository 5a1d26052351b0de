import { isDeepStrictEqual } from "node:util";
import { isMapping } from "../../../lib/json";
import { pathOf } from "../../../provider/path";
import type { Placeholders } from "./placeholders";
import type { Recorded } from "./recording";

export interface Discrepancy {
    /** Where in the answer, as Pulumi writes a path: `properties.tokenPolicies[0]`. */
    readonly path: string;
    readonly recorded: Recorded;
    readonly answered: unknown;
}

/** Where an answer is not what was recorded. */
export function compare(recorded: Recorded, answered: unknown, of: { placeholders: Placeholders; owner: string }) {
    const found: Discrepancy[] = [];
    look(recorded, answered, []);
    return found;

    function look(wanted: Recorded, is: unknown, keys: readonly (string | number)[]): void {
        if (typeof wanted === "string") {
            report(of.placeholders.matches(wanted, is, of.owner), wanted, is, keys);
        } else if (isMapping(wanted) && typeof wanted.$base64 === "string") {
            const text = typeof is === "string" ? Buffer.from(is, "base64").toString("utf8") : is;
            report(of.placeholders.matches(wanted.$base64, text, of.owner), wanted, is, keys);
        } else if (Array.isArray(wanted) && Array.isArray(is)) {
            for (let index = 0; index < Math.max(wanted.length, is.length); index++) {
                look(wanted[index], is[index], [...keys, index]);
            }
        } else if (isMapping(wanted) && isMapping(is)) {
            lookInside(wanted, is, keys);
        } else {
            report(isDeepStrictEqual(wanted, is), wanted, is, keys);
        }
    }

    function lookInside(
        wanted: Record<string, unknown>,
        is: Record<string, unknown>,
        keys: readonly (string | number)[],
    ) {
        for (const name of new Set([...Object.keys(wanted), ...Object.keys(is)])) {
            // Being secret is no part of a property's name.
            const inside = name === "$secret" && "$secret" in wanted && "$secret" in is ? keys : [...keys, name];
            look(wanted[name], is[name], inside);
        }
    }

    function report(same: boolean, wanted: Recorded, is: unknown, keys: readonly (string | number)[]): void {
        if (!same) {
            found.push({ path: pathOf(keys), recorded: wanted, answered: is });
        }
    }
}
