/** What the engine writes instead of a value that is unknown until the update. */
const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** Returns a string whose value is known; `undefined` for anything else, including a secret. */
export function knownText(value: unknown): string | undefined {
    return typeof value === "string" && !value.includes(UNKNOWN) ? value : undefined;
}

/** Returns the strings in a list, or a single string as a list; `undefined` unless all values are known. */
export function knownTexts(value: unknown): string[] | undefined {
    const texts = (Array.isArray(value) ? value : [value]).map(knownText);
    return texts.every((text) => text !== undefined) ? texts : undefined;
}

/** Returns a known string without wildcards; `undefined` otherwise, since a grant would read it as a pattern. */
export function literal(value: unknown): string | undefined {
    const text = knownText(value);
    return text === undefined || /[*?]/.test(text) ? undefined : text;
}
