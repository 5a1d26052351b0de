import { isMapping } from "../../../lib/json";
import { secretPart } from "../../../provider/marshal";
import { UNKNOWN, type Properties } from "../../../provider/resourceType";
import { DEFAULTS, isZero, propertyNames, type BridgedType, type Property } from "./schema";

/** Returns the program's values: without the bridge's `__defaults` keys, and without properties that are null. */
export function stripDefaultsKeys(properties: Properties): Properties {
    const kept = Object.entries(properties).filter(([name, value]) => name !== DEFAULTS && value !== null);
    return Object.fromEntries(kept.map(([name, value]) => [name, stripInside(value)]));
}

function stripInside(value: unknown): unknown {
    if (Array.isArray(value)) {
        return value.map(stripInside);
    }
    if (isMapping(value)) {
        const kept = Object.entries(value).filter(([name]) => name !== DEFAULTS);
        return Object.fromEntries(kept.map(([name, inner]) => [name, stripInside(inner)]));
    }
    return value;
}

/** Adds the plugin's defaults to the inputs, and the bridge's `__defaults` lists. */
export function withDefaults(type: BridgedType, inputs: Properties): Properties {
    const defaulted = propertyNames(type, (property) => property.default !== undefined).filter(
        (name) => !(name in inputs),
    );
    const values = Object.entries(inputs).map(([name, value]) => [
        name,
        withDefaultsKeys(value, type.properties[name]),
    ]);
    return {
        [DEFAULTS]: defaulted.sort(),
        ...(Object.fromEntries(values) as Properties),
        ...Object.fromEntries(defaulted.map((name) => [name, type.properties[name]?.default])),
    };
}

/** Adds an empty `__defaults` list to each nested object, as the bridge does. */
function withDefaultsKeys(value: unknown, property: Property | undefined): unknown {
    if (property?.form === "map") {
        return value;
    }
    if (Array.isArray(value)) {
        return value.map((element) => withDefaultsKeys(element, undefined));
    }
    if (isMapping(value)) {
        const inner = Object.entries(value).map(([name, part]) => [
            name,
            withDefaultsKeys(part, property?.fields?.[name]),
        ]);
        return { [DEFAULTS]: [], ...(Object.fromEntries(inner) as Properties) };
    }
    return value;
}

/**
 * Normalises a value for comparison: equivalent JSON to one string, a set to one order, an object to all its fields.
 */
export function normalised({ form, fields }: Property, value: unknown): unknown {
    if (fields !== undefined && isMapping(value)) {
        const all = Object.entries(fields).map(([name, part]) => [name, normalised(part, value[name] ?? null)]);
        return Object.fromEntries(all);
    }
    if (form === "json" && typeof value === "string" && value !== UNKNOWN) {
        return goJson(JSON.parse(value));
    }
    return form === "set" && Array.isArray(value) ? [...(value as unknown[])].sort() : value;
}

/** Returns JSON as Go's `encoding/json` writes it: keys sorted, characters that have a meaning in HTML escaped. */
export function goJson(value: unknown): string {
    const text = JSON.stringify(sortKeys(value));
    return text.replace(
        /[<>&\u2028\u2029]/g,
        (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
    );
}

function sortKeys(value: unknown): unknown {
    if (Array.isArray(value)) {
        return value.map(sortKeys);
    }
    if (!isMapping(value)) {
        return value;
    }
    const names = Object.keys(value).sort();
    return Object.fromEntries(names.map((name) => [name, sortKeys(value[name])]));
}

/** Returns every property of the type with its value, or with `unset` or null if it has none. */
export function allProperties(type: BridgedType, value: (name: string, property: Property) => unknown): Properties {
    return Object.fromEntries(
        Object.entries(type.properties).map(([name, property]) => {
            const found = value(name, property);
            return [name, normalised(property, found === undefined ? (property.unset ?? null) : found)];
        }),
    );
}

/** Returns the outputs that a preview reports. `state` is undefined for a resource to create. */
export function plannedOutputs(type: BridgedType, inputs: Properties, state: Properties | undefined): Properties {
    const predicted = type.predictOutputs?.(inputs) ?? {};
    return allProperties(type, (name, { input, computed, form, unset }) => {
        if (name in inputs) {
            return inputs[name];
        }
        if (state === undefined) {
            return predicted[name] ?? (computed === true ? UNKNOWN : undefined);
        }
        if (input === undefined || computed === true) {
            return state[name];
        }
        // An input that is no longer set is reset. The service may have its own value for that.
        if (unset !== undefined) {
            return unset;
        }
        return form !== "json" && !isZero(state[name]) ? zeroValueOf(state[name]) : state[name];
    });
}

function zeroValueOf(value: unknown): unknown {
    const zeros = { number: 0, string: "", boolean: false } as const;
    return Array.isArray(value) ? [] : isMapping(value) ? {} : zeros[typeof value as keyof typeof zeros];
}

/** Returns the outputs after a change. An empty list, set or map that was never set stays null until the next Read. */
export function outputsAfterChange(
    type: BridgedType,
    outputs: Properties,
    inputs: Properties,
    state: Properties,
): Properties {
    return allProperties(type, (name, { input }) => {
        const value = outputs[name];
        const isUnset = input !== undefined && !(name in inputs) && (state[name] ?? null) === null;
        return isUnset && typeof value === "object" && isZero(value) ? undefined : value;
    });
}

/**
 * Returns the inputs for the answer to Read: the previous inputs with their live values. If there were none, as in an
 * import: all inputs whose live value is not a zero value.
 *
 * @param keepsEmpty whether an empty `__defaults` list is kept
 */
export function readInputs(
    type: BridgedType,
    before: Properties,
    outputs: Properties,
    keepsEmpty: boolean,
): Properties {
    const { [DEFAULTS]: defaults = [], ...inputs } = before;
    if (Object.keys(inputs).length === 0) {
        const live = propertyNames(type, ({ input }) => input !== undefined).filter((name) => !isZero(outputs[name]));
        return { [DEFAULTS]: [], ...Object.fromEntries(live.map((name) => [name, outputs[name]])) };
    }
    const live = Object.entries(inputs).map(([name, value]) => [name, restrictTo(value, outputs[name])]);
    const isKept = keepsEmpty || (defaults as unknown[]).length > 0;
    return { ...(isKept ? { [DEFAULTS]: defaults } : {}), ...(Object.fromEntries(live) as Properties) };
}

/** Reduces a live value to the elements and keys that the input sets. */
function restrictTo(input: unknown, live: unknown): unknown {
    if (Array.isArray(input) && Array.isArray(live)) {
        return live.slice(0, input.length).map((element, index) => restrictTo(input[index], element));
    }
    if (isMapping(input) && isMapping(live)) {
        const fields = Object.entries(input).map(([name, part]) => [
            name,
            name === DEFAULTS ? part : restrictTo(part, live[name]),
        ]);
        return Object.fromEntries(fields.filter(([, part]) => part !== undefined)) as Properties;
    }
    return live;
}

/** Marks the values of secret properties as secrets. */
export function markSecrets(type: BridgedType, properties: Properties): Properties {
    const secrets = propertyNames(type, ({ secret }) => secret === true);
    return Object.fromEntries(
        Object.entries(properties).map(([name, value]) => [name, secrets.includes(name) ? secretPart(value) : value]),
    );
}
