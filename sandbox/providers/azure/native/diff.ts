import { isDeepStrictEqual } from "node:util";
import * as messages from "@pulumi/pulumi/proto/provider_pb";
import { isMapping } from "../../../../lib/json";
import { diffResponse } from "../../../../provider/diffResponse";
import { isWithin, keysOf, pathOf, type Key } from "../../../../provider/path";
import type { Properties } from "../../../../provider/resourceType";
import { pairChildren, type Leaf } from "../../children";

/** Returns how new inputs differ from old ones. A replacement deletes first, unless the program says otherwise. */
export function nativeDiff(old: Properties, wanted: Properties, replaceOn: readonly string[]): messages.DiffResponse {
    const differences = compare(old, wanted, []).filter(({ keys }) => !isSameLocation(keys, old, wanted));
    if (differences.length === 0) {
        return new messages.DiffResponse().setChanges(messages.DiffResponse.DiffChanges.DIFF_NONE);
    }
    const replacingPaths = replaceOn.map(keysOf);
    const details = differences.map(({ keys, kind }) => {
        const replaces = replacingPaths.some((path) => isWithin(keys, path));
        return { path: pathOf(keys), kind, replaces, inputDiff: true };
    });
    const replacedPaths = details.filter(({ replaces }) => replaces).map(({ path }) => path);
    return diffResponse(details)
        .setDiffsList([...new Set(differences.map(({ keys }) => String(keys[0])))])
        .setReplacesList(replacedPaths)
        .setDeletebeforereplace(replacedPaths.length > 0);
}

/** Returns `inputs` with the changes from `before` to `now` applied. */
export function applyChanges(inputs: Properties, before: Properties, now: Properties): Properties {
    const changed = { ...inputs };
    for (const name of new Set([...Object.keys(before), ...Object.keys(now)])) {
        const [input, was, is] = [inputs[name], before[name], now[name]];
        if (isDeepStrictEqual(was, is)) {
            continue;
        }
        if (is === undefined) {
            Reflect.deleteProperty(changed, name);
        } else {
            const areMappings = isMapping(input) && isMapping(was) && isMapping(is);
            changed[name] = areMappings ? applyChanges(input, was, is) : is;
        }
    }
    return changed;
}

/** Whether the difference is only in how the location is written: `West Europe` and `westeurope` are the same. */
function isSameLocation(keys: readonly Key[], old: Properties, wanted: Properties): boolean {
    const normalise = (location: unknown): string => String(location).replaceAll(" ", "").toLowerCase();
    return keys.length === 1 && keys[0] === "location" && normalise(old.location) === normalise(wanted.location);
}

function compare(before: unknown, after: unknown, keys: readonly Key[]): Leaf[] {
    if (isDeepStrictEqual(before, after)) {
        return [];
    }
    if (before === undefined || after === undefined) {
        return [{ keys, kind: before === undefined ? "add" : "delete" }];
    }
    const children = pairChildren(before, after);
    return children?.flatMap(([key, was, is]) => compare(was, is, [...keys, key])) ?? [{ keys, kind: "update" }];
}
