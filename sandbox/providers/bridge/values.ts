import { isMapping } from "../../../lib/json";
import { secretPart } from "../../../provider/marshal";
import { UNKNOWN, type Properties } from "../../../provider/resourceType";
import { DEFAULTS, isZero, namesOf, type BridgedType, type Property } from "./schema";

/** Values as the program means them: without the bridge's notes, and without what is null. */
export function withoutNotes(properties: Properties): Properties {
    const said = Object.entries(properties).filter(([name, value]) => name !== DEFAULTS && value !== null);
    return Object.fromEntries(said.map(([name, value]) => [name, plain(value)]));
}

function plain(value: unknown): unknown {
    if (Array.isArray(value)) {
        return value.map(plain);
    }
    if (isMapping(value)) {
        const kept = Object.entries(value).filter(([name]) => name !== DEFAULTS);
        return Object.fromEntries(kept.map(([name, inner]) => [name, plain(inner)]));
    }
    return value;
}

/** Inputs with the plugin's defaults, and the bridge's notes of them. */
export function withDefaults(type: BridgedType, inputs: Properties): Properties {
    const filledIn = namesOf(type, (property) => property.default !== undefined).filter((name) => !(name in inputs));
    const values = Object.entries(inputs).map(([name, value]) => [name, noted(value, type.properties[name])]);
    return {
        [DEFAULTS]: filledIn.sort(),
        ...(Object.fromEntries(values) as Properties),
        ...Object.fromEntries(filledIn.map((name) => [name, type.properties[name]?.default])),
    };
}

/** Each object within has notes too. */
function noted(value: unknown, property: Property | undefined): unknown {
    if (property?.form === "map") {
        return value;
    }
    if (Array.isArray(value)) {
        return value.map((element) => noted(element, undefined));
    }
    if (isMapping(value)) {
        const inner = Object.entries(value).map(([name, part]) => [name, noted(part, undefined)]);
        return { [DEFAULTS]: [], ...(Object.fromEntries(inner) as Properties) };
    }
    return value;
}

/** One text for all that mean the same JSON, one order for a set, and all parts of an object. */
export function normalised({ form, parts }: Property, value: unknown): unknown {
    if (parts !== undefined && isMapping(value)) {
        const all = Object.entries(parts).map(([name, part]) => [name, normalised(part, value[name] ?? null)]);
        return Object.fromEntries(all);
    }
    if (form === "json" && typeof value === "string" && value !== UNKNOWN) {
        return jsonText(JSON.parse(value));
    }
    return form === "set" && Array.isArray(value) ? [...(value as unknown[])].sort() : value;
}

/** JSON as Go writes it: keys in order, and nothing in it that a browser could take for markup. */
export function jsonText(value: unknown): string {
    const text = JSON.stringify(inOrder(value));
    return text.replace(/[<>&\u2028\u2029]/g, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

function inOrder(value: unknown): unknown {
    if (Array.isArray(value)) {
        return value.map(inOrder);
    }
    if (!isMapping(value)) {
        return value;
    }
    const names = Object.keys(value).sort();
    return Object.fromEntries(names.map((name) => [name, inOrder(value[name])]));
}

/** Every property of the type, with its value, or with what stands where there is none. */
export function everyProperty(type: BridgedType, value: (name: string, property: Property) => unknown): Properties {
    return Object.fromEntries(
        Object.entries(type.properties).map(([name, property]) => {
            const found = value(name, property);
            return [name, normalised(property, found === undefined ? (property.unset ?? null) : found)];
        }),
    );
}

/** What a preview says that there will be. */
export function planned(type: BridgedType, inputs: Properties, held: Properties | undefined): Properties {
    const foreseen = type.foreseen?.(inputs) ?? {};
    return everyProperty(type, (name, { input, computed, form, unset }) => {
        if (name in inputs) {
            return inputs[name];
        }
        if (held === undefined) {
            return foreseen[name] ?? (computed === true ? UNKNOWN : undefined);
        }
        if (input === undefined || computed === true) {
            return held[name];
        }
        // What is no longer said goes back to nothing, which a service may write in its own way.
        if (unset !== undefined) {
            return unset;
        }
        return form !== "json" && !isZero(held[name]) ? zeroLike(held[name]) : held[name];
    });
}

function zeroLike(value: unknown): unknown {
    const zeros = { number: 0, string: "", boolean: false } as const;
    return Array.isArray(value) ? [] : isMapping(value) ? {} : zeros[typeof value as keyof typeof zeros];
}

/** What there is after a change. A list, set or map that nobody said is nothing until somebody reads it. */
export function changed(type: BridgedType, outputs: Properties, inputs: Properties, held: Properties): Properties {
    return everyProperty(type, (name, { input }) => {
        const value = outputs[name];
        const isUnsaid = input !== undefined && !(name in inputs) && (held[name] ?? null) === null;
        return isUnsaid && typeof value === "object" && isZero(value) ? undefined : value;
    });
}

/** The inputs that Read gives: those there were, as they are now; all that say anything, where there were none. */
export function inputsRead(
    type: BridgedType,
    before: Properties,
    outputs: Properties,
    keepsEmpty: boolean,
): Properties {
    const { [DEFAULTS]: defaults = [], ...said } = before;
    if (Object.keys(said).length === 0) {
        const live = namesOf(type, ({ input }) => input !== undefined).filter((name) => !isZero(outputs[name]));
        return { [DEFAULTS]: [], ...Object.fromEntries(live.map((name) => [name, outputs[name]])) };
    }
    const live = Object.entries(said).map(([name, value]) => [name, asSaid(value, outputs[name])]);
    const isKept = keepsEmpty || (defaults as unknown[]).length > 0;
    return { ...(isKept ? { [DEFAULTS]: defaults } : {}), ...(Object.fromEntries(live) as Properties) };
}

/** A live value cut down to what was said of it. */
function asSaid(said: unknown, live: unknown): unknown {
    if (Array.isArray(said) && Array.isArray(live)) {
        return live.slice(0, said.length).map((element, index) => asSaid(said[index], element));
    }
    if (isMapping(said) && isMapping(live)) {
        const parts = Object.entries(said).map(([name, part]) => [
            name,
            name === DEFAULTS ? part : asSaid(part, live[name]),
        ]);
        return Object.fromEntries(parts.filter(([, part]) => part !== undefined)) as Properties;
    }
    return live;
}

/** With the properties marked that are secret. */
export function marked(type: BridgedType, properties: Properties): Properties {
    const secrets = namesOf(type, ({ secret }) => secret === true);
    return Object.fromEntries(
        Object.entries(properties).map(([name, value]) => [name, secrets.includes(name) ? secretPart(value) : value]),
    );
}
