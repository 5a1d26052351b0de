import { isDeepStrictEqual } from "node:util";
import { isMapping } from "../lib/json";
import { isWithin, keysOf, pathOf } from "./path";
import type { Properties } from "./resourceType";

export interface Difference {
    /** Pulumi property path of the input that differs: `policy.objectId`, `metadata["a.b"]`. */
    readonly path: string;
    /** Name of the top-level input that contains it. */
    readonly property: string;
    readonly kind: "add" | "delete" | "update";
    /** Whether the change replaces the resource. */
    readonly replaces: boolean;
}

/**
 * Compares old and new inputs. Descends into objects, because the engine matches `replaceOnChanges` against paths. A
 * value that is not known yet counts as different.
 *
 * @param replaceOn property paths whose change replaces the resource
 */
export function difference(old: Properties, wanted: Properties, replaceOn: readonly string[]): Difference[] {
    const replacing = replaceOn.map(keysOf);
    return leaves(old, wanted, []).map(({ keys, kind }) => ({
        path: pathOf(keys),
        property: keys[0] ?? "",
        kind,
        replaces: replacing.some((each) => isWithin(keys, each) || isWithin(each, keys)),
    }));
}

interface Leaf {
    readonly keys: readonly string[];
    readonly kind: Difference["kind"];
}

function leaves(old: Properties, wanted: Properties, above: readonly string[]): Leaf[] {
    const names = [...new Set([...Object.keys(old), ...Object.keys(wanted)])].sort();
    return names
        .filter((name) => !isDeepStrictEqual(old[name], wanted[name]))
        .flatMap((name): Leaf[] => {
            const keys = [...above, name];
            const [before, after] = [old[name], wanted[name]];
            if (isMapping(before) && isMapping(after)) {
                return leaves(before, after, keys);
            }
            return [{ keys, kind: !(name in old) ? "add" : name in wanted ? "update" : "delete" }];
        });
}
