import { isDeepStrictEqual } from "node:util";
import type * as messages from "@pulumi/pulumi/proto/provider_pb";
import { diffResponse } from "../../../provider/diffResponse";
import { isWithin, keysOf, pathOf, type Key } from "../../../provider/path";
import type { Properties } from "../../../provider/resourceType";
import { partsOf, type Leaf } from "../parts";
import { DEFAULTS, isZero, namesOf, type BridgedType } from "./schema";
import { normalised } from "./values";

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
    const details = differences.map(({ keys, kind }) => ({
        path: pathOf(keys),
        kind,
        replaces: replaced.includes(String(keys[0])),
        inputDiff: false,
    }));
    return diffResponse(details)
        .setDiffsList(different)
        .setReplacesList(replaced)
        .setStablesList(replacing.filter((name) => !different.includes(name)))
        .setDeletebeforereplace(replaced.some((name) => type.properties[name]?.replaces === "delete first"));
}

function differencesOf(type: BridgedType, name: string, before: unknown, said: unknown): Leaf[] {
    const property = type.properties[name] ?? {};
    if (said === undefined && property.computed === true) {
        return [];
    }
    const after = said === undefined ? property.unset : said;
    return compare(normalised(property, before), normalised(property, after), [name]);
}

function compare(before: unknown, after: unknown, keys: readonly Key[]): Leaf[] {
    if ((isZero(before) && isZero(after)) || isDeepStrictEqual(before, after)) {
        return [];
    }
    if (isZero(after)) {
        return [{ keys, kind: "delete" }];
    }
    if (before === undefined || before === null || (typeof before === "object" && isZero(before))) {
        return [{ keys, kind: "add" }];
    }
    const parts = partsOf(before, after)?.filter(([key]) => key !== DEFAULTS);
    return parts?.flatMap(([key, was, is]) => compare(was, is, [...keys, key])) ?? [{ keys, kind: "update" }];
}
