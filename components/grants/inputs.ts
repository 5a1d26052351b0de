/** How the engine writes a value that is known only when the change is made. */
const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** A text that is known; nothing for anything else, a secret included. */
export function knownText(value: unknown): string | undefined {
    return typeof value === "string" && !value.includes(UNKNOWN) ? value : undefined;
}

/** Texts that are all known, in a list or alone. */
export function knownTexts(value: unknown): string[] | undefined {
    const texts = (Array.isArray(value) ? value : [value]).map(knownText);
    return texts.every((text) => text !== undefined) ? texts : undefined;
}

/** A name that means itself: in a pattern, these characters would mean more. */
export function literal(value: unknown): string | undefined {
    const text = knownText(value);
    return text === undefined || /[*?]/.test(text) ? undefined : text;
}
