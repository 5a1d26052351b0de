import { isDeepStrictEqual } from "node:util";
import type * as messages from "@pulumi/pulumi/proto/provider_pb";
import { diffResponse } from "../../../provider/diffResponse";
import { isWithin, keysOf, pathOf, type Key } from "../../../provider/path";
import type { Properties } from "../../../provider/resourceType";
import { pairChildren, type Leaf } from "../children";
import { DEFAULTS, isZero, propertyNames, type BridgedType } from "./schema";
import { normalised } from "./values";

/**
 * Returns how the program's inputs differ from the state, in the bridge's form.
 *
 * @param ignored property paths of `ignoreChanges`
 */
export function bridgedDiff(
    type: BridgedType,
    state: Properties,
    inputs: Properties,
    ignored: readonly string[],
): messages.DiffResponse {
    const ignoredPaths = ignored.map(keysOf);
    const differences = propertyNames(type, ({ input }) => input !== undefined)
        .flatMap((name) => differencesOf(type, name, state[name], inputs[name]))
        .filter(({ keys }) => !ignoredPaths.some((path) => isWithin(keys, path)));
    const changedNames = [...new Set(differences.map(({ keys }) => String(keys[0])))].sort();
    const replacingNames = propertyNames(type, ({ replaces }) => replaces !== undefined).sort();
    const replacedNames = replacingNames.filter((name) => changedNames.includes(name));
    const details = differences.map(({ keys, kind }) => ({
        path: pathOf(keys),
        kind,
        replaces: replacedNames.includes(String(keys[0])),
        inputDiff: false,
    }));
    return diffResponse(details)
        .setDiffsList(changedNames)
        .setReplacesList(replacedNames)
        .setStablesList(replacingNames.filter((name) => !changedNames.includes(name)))
        .setDeletebeforereplace(replacedNames.some((name) => type.properties[name]?.replaces === "delete first"));
}

function differencesOf(type: BridgedType, name: string, before: unknown, input: unknown): Leaf[] {
    const property = type.properties[name] ?? {};
    if (input === undefined && property.computed === true) {
        return [];
    }
    const after = input === undefined ? property.unset : input;
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
    const children = pairChildren(before, after)?.filter(([key]) => key !== DEFAULTS);
    return children?.flatMap(([key, was, is]) => compare(was, is, [...keys, key])) ?? [{ keys, kind: "update" }];
}
