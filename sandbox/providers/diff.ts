import { isDeepStrictEqual } from "node:util";
import type { Properties } from "./resourceType";

export interface Difference {
    /** Name of the input. */
    readonly property: string;
    readonly kind: "add" | "delete" | "update";
    /** Whether a new resource is needed. */
    readonly replaces: boolean;
}

/** How new inputs differ from old ones. A value that is not known yet counts as different. */
export function difference(old: Properties, wanted: Properties, replaceOn: readonly string[]): Difference[] {
    const names = [...new Set([...Object.keys(old), ...Object.keys(wanted)])].sort();
    return names
        .filter((name) => !isDeepStrictEqual(old[name], wanted[name]))
        .map((property) => ({
            property,
            kind: !(property in old) ? "add" : property in wanted ? "update" : "delete",
            replaces: replaceOn.some(
                (path) =>
                    path.split(".")[0] === property && !isDeepStrictEqual(valueAt(old, path), valueAt(wanted, path)),
            ),
        }));
}

function valueAt(properties: Properties, path: string): unknown {
    return path.split(".").reduce<unknown>((value, key) => {
        return typeof value === "object" && value !== null ? (value as Properties)[key] : undefined;
    }, properties);
}
