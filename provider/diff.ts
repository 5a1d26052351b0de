import { isDeepStrictEqual } from "node:util";
import { isMapping } from "../lib/json";
import { isWithin, keysOf, pathOf } from "./path";
import type { Properties } from "./resourceType";

export interface Difference {
    /** Path of the input that differs, as Pulumi writes it: `policy.objectId`, `metadata["a.b"]`. */
    readonly path: string;
    /** Name of the input that it is in. */
    readonly property: string;
    readonly kind: "add" | "delete" | "update";
    /** Whether a new resource is needed. */
    readonly replaces: boolean;
}

/**
 * How new inputs differ from old ones, as deep as there are mappings on both sides: the engine's `replaceOnChanges`
 * looks for paths. A value that is not known yet counts as different.
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
