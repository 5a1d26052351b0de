import { isMapping } from "../../lib/json";
import type { Difference } from "../../provider/diff";
import type { Key } from "../../provider/path";

/** One difference between two values: its path, and whether something was added, deleted or updated. */
export interface Leaf {
    readonly keys: readonly Key[];
    readonly kind: Difference["kind"];
}

/** Pairs the children of two mappings, or of two lists, by key. Returns `undefined` for any other two values. */
export function pairChildren(
    before: unknown,
    after: unknown,
): [key: Key, before: unknown, after: unknown][] | undefined {
    if (isMapping(before) && isMapping(after)) {
        const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
        return names.map((name) => [name, before[name], after[name]]);
    }
    if (Array.isArray(before) && Array.isArray(after)) {
        const length = Math.max(before.length, after.length);
        return Array.from({ length }, (_, index) => [index, before[index] as unknown, after[index] as unknown]);
    }
    return undefined;
}
