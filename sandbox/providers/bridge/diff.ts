import { isDeepStrictEqual } from "node:util";
import * as messages from "@pulumi/pulumi/proto/provider_pb";
import { isMapping } from "../../../lib/json";
import { isWithin, keysOf, pathOf, type Key } from "../../../provider/path";
import type { Properties } from "../../../provider/resourceType";
import { DEFAULTS, isZero, namesOf, type BridgedType } from "./schema";
import { normalised } from "./values";

interface Difference {
    readonly keys: readonly Key[];
    readonly kind: "ADD" | "DELETE" | "UPDATE";
}

/** How what the program says differs from what the state holds, as the bridge tells it. */
export function bridgedDiff(
    type: BridgedType,
    held: Properties,
    inputs: Properties,
    ignored: readonly string[],
): messages.DiffResponse {
    const left = ignored.map(keysOf);
    const differences = namesOf(type, ({ input }) => input !== undefined)
        .flatMap((name) => differencesOf(type, name, held[name], inputs[name]))
        .filter(({ keys }) => !left.some((path) => isWithin(keys, path)));
    const different = [...new Set(differences.map(({ keys }) => String(keys[0])))].sort();
    const replacing = namesOf(type, ({ replaces }) => replaces !== undefined).sort();
    const replaced = replacing.filter((name) => different.includes(name));
    const { DIFF_NONE, DIFF_SOME } = messages.DiffResponse.DiffChanges;
    const response = new messages.DiffResponse()
        .setChanges(differences.length === 0 ? DIFF_NONE : DIFF_SOME)
        .setDiffsList(different)
        .setReplacesList(replaced)
        .setStablesList(replacing.filter((name) => !different.includes(name)))
        .setDeletebeforereplace(replaced.some((name) => type.properties[name]?.replaces === "delete first"))
        .setHasdetaileddiff(true);
    const { Kind } = messages.PropertyDiff;
    for (const { keys, kind } of differences) {
        const replaces = replaced.includes(String(keys[0]));
        const detail = new messages.PropertyDiff().setKind(Kind[replaces ? (`${kind}_REPLACE` as const) : kind]);
        response.getDetaileddiffMap().set(pathOf(keys), detail);
    }
    return response;
}

function differencesOf(type: BridgedType, name: string, before: unknown, said: unknown): Difference[] {
    const property = type.properties[name] ?? {};
    if (said === undefined && property.computed === true) {
        return [];
    }
    const after = said === undefined ? property.unset : said;
    return compare(normalised(property, before), normalised(property, after), [name]);
}

function compare(before: unknown, after: unknown, keys: readonly Key[]): Difference[] {
    if ((isZero(before) && isZero(after)) || isDeepStrictEqual(before, after)) {
        return [];
    }
    if (isZero(after)) {
        return [{ keys, kind: "DELETE" }];
    }
    if (before === undefined || before === null || (typeof before === "object" && isZero(before))) {
        return [{ keys, kind: "ADD" }];
    }
    if (isMapping(before) && isMapping(after)) {
        const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].filter((name) => name !== DEFAULTS);
        return names.sort().flatMap((name) => compare(before[name], after[name], [...keys, name]));
    }
    if (Array.isArray(before) && Array.isArray(after)) {
        const length = Math.max(before.length, after.length);
        return Array.from({ length }, (_, index) => compare(before[index], after[index], [...keys, index])).flat();
    }
    return [{ keys, kind: "UPDATE" }];
}
