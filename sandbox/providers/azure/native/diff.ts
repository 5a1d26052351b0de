import { isDeepStrictEqual } from "node:util";
import * as messages from "@pulumi/pulumi/proto/provider_pb";
import { isWithin, keysOf, pathOf, type Key } from "../../../../provider/path";
import type { Properties } from "../../../../provider/resourceType";

interface Difference {
    readonly keys: readonly Key[];
    readonly kind: "ADD" | "DELETE" | "UPDATE";
}

/** How new inputs differ from old ones. Whatever is replaced goes first, unless the program says otherwise. */
export function nativeDiff(old: Properties, wanted: Properties, replaceOn: readonly string[]): messages.DiffResponse {
    const differences = compare(old, wanted, []).filter(({ keys }) => !isSamePlace(keys, old, wanted));
    const { DIFF_NONE, DIFF_SOME } = messages.DiffResponse.DiffChanges;
    const response = new messages.DiffResponse().setChanges(differences.length === 0 ? DIFF_NONE : DIFF_SOME);
    if (differences.length === 0) {
        return response;
    }
    const replacing = replaceOn.map(keysOf);
    const replaced: string[] = [];
    const { Kind } = messages.PropertyDiff;
    for (const { keys, kind } of differences) {
        const replaces = replacing.some((path) => isWithin(keys, path));
        const detail = new messages.PropertyDiff()
            .setKind(Kind[replaces ? (`${kind}_REPLACE` as const) : kind])
            .setInputdiff(true);
        response.getDetaileddiffMap().set(pathOf(keys), detail);
        if (replaces) {
            replaced.push(pathOf(keys));
        }
    }
    return response
        .setDiffsList([...new Set(differences.map(({ keys }) => String(keys[0])))])
        .setReplacesList(replaced)
        .setDeletebeforereplace(replaced.length > 0)
        .setHasdetaileddiff(true);
}

/** What has changed from `before` to `now`, changed in `inputs` too. */
export function withChange(inputs: Properties, before: Properties, now: Properties): Properties {
    const changed = { ...inputs };
    for (const name of new Set([...Object.keys(before), ...Object.keys(now)])) {
        const [input, was, is] = [inputs[name], before[name], now[name]];
        if (isDeepStrictEqual(was, is)) {
            continue;
        }
        if (is === undefined) {
            Reflect.deleteProperty(changed, name);
        } else {
            const parts = isMapping(input) && isMapping(was) && isMapping(is);
            changed[name] = parts ? withChange(input, was, is) : is;
        }
    }
    return changed;
}

/** `West Europe` and `westeurope` are one. */
function isSamePlace(keys: readonly Key[], old: Properties, wanted: Properties): boolean {
    const plain = (location: unknown): string => String(location).replaceAll(" ", "").toLowerCase();
    return keys.length === 1 && keys[0] === "location" && plain(old.location) === plain(wanted.location);
}

function compare(before: unknown, after: unknown, keys: readonly Key[]): Difference[] {
    if (isDeepStrictEqual(before, after)) {
        return [];
    }
    if (before === undefined || after === undefined) {
        return [{ keys, kind: before === undefined ? "ADD" : "DELETE" }];
    }
    if (isMapping(before) && isMapping(after)) {
        const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
        return names.flatMap((name) => compare(before[name], after[name], [...keys, name]));
    }
    if (Array.isArray(before) && Array.isArray(after)) {
        const length = Math.max(before.length, after.length);
        return Array.from({ length }, (_, index) => compare(before[index], after[index], [...keys, index])).flat();
    }
    return [{ keys, kind: "UPDATE" }];
}

function isMapping(value: unknown): value is Properties {
    return typeof value === "object" && value !== null && !Array.isArray(value);
}
