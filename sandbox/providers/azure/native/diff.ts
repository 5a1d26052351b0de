import { isDeepStrictEqual } from "node:util";
import * as messages from "@pulumi/pulumi/proto/provider_pb";
import { isMapping } from "../../../../lib/json";
import { diffResponse } from "../../../../provider/diffResponse";
import { isWithin, keysOf, pathOf, type Key } from "../../../../provider/path";
import type { Properties } from "../../../../provider/resourceType";
import { partsOf, type Leaf } from "../../parts";

/** How new inputs differ from old ones. Whatever is replaced goes first, unless the program says otherwise. */
export function nativeDiff(old: Properties, wanted: Properties, replaceOn: readonly string[]): messages.DiffResponse {
    const differences = compare(old, wanted, []).filter(({ keys }) => !isSamePlace(keys, old, wanted));
    if (differences.length === 0) {
        return new messages.DiffResponse().setChanges(messages.DiffResponse.DiffChanges.DIFF_NONE);
    }
    const replacing = replaceOn.map(keysOf);
    const details = differences.map(({ keys, kind }) => {
        const replaces = replacing.some((path) => isWithin(keys, path));
        return { path: pathOf(keys), kind, replaces, inputDiff: true };
    });
    const replaced = details.filter(({ replaces }) => replaces).map(({ path }) => path);
    return diffResponse(details)
        .setDiffsList([...new Set(differences.map(({ keys }) => String(keys[0])))])
        .setReplacesList(replaced)
        .setDeletebeforereplace(replaced.length > 0);
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

function compare(before: unknown, after: unknown, keys: readonly Key[]): Leaf[] {
    if (isDeepStrictEqual(before, after)) {
        return [];
    }
    if (before === undefined || after === undefined) {
        return [{ keys, kind: before === undefined ? "add" : "delete" }];
    }
    const parts = partsOf(before, after);
    return parts?.flatMap(([key, was, is]) => compare(was, is, [...keys, key])) ?? [{ keys, kind: "update" }];
}
