import { shortened } from "../lib/text";

/** How the config's values and places are written in an error: short, on one line, and never a secret. */

const LIMIT = 60;

/** What was found, in words or quoted. */
export function describe(value: unknown): string {
    switch (typeof value) {
        case "undefined":
            return "nothing";
        case "string":
            return quote(withoutSecrets(value));
        case "number":
        case "boolean":
            return String(value);
        case "object":
            if (value === null) {
                return "null (a key without a value)";
            }
            if (Array.isArray(value)) {
                return value.length === 0 ? "an empty list" : `a list of ${value.length}`;
            }
            return "a mapping";
        default:
            return `a ${typeof value}`;
    }
}

/** The text as JSON, cut to a length that fits a line, with nothing in it that moves a terminal's cursor. */
export function quote(text: string): string {
    return JSON.stringify(shortened(text, LIMIT)).replace(/[\p{C}\p{Zl}\p{Zp}]/gu, escapeCharacter);
}

/**
 * The place as the user writes it, the Deployment's name beside its number: `deployments[1] (lunar-tide-5678).name`.
 * `name` is left out when it is not known to be one.
 */
export function place([key = "", ...path]: readonly PropertyKey[], name: string | undefined): string {
    const [index = "", ...rest] = path.map(step);
    return `${String(key)}${index}${name === undefined ? "" : ` (${name})`}${rest.join("")}`;
}

function step(key: PropertyKey): string {
    if (typeof key === "number") {
        return `[${key}]`;
    }
    const text = String(key);
    return /^[A-Za-z_][\w-]{0,59}$/.test(text) ? `.${text}` : `[${quote(text)}]`;
}

/**
 * A URL's user info and query are where credentials are pasted; the greedy `.*` takes a password with an `@` too. What
 * follows a bracket is a group of a regular expression.
 */
function withoutSecrets(text: string): string {
    return text
        .replace(/^([a-z]+:\/\/)?.*@/is, "$1…@")
        .replace(/^([a-z]+:\/\/.*?[?#]).+$/is, "$1…")
        .replace(/(?<!\()([?#])[\w.-]+=.*$/s, "$1…");
}

function escapeCharacter(character: string): string {
    return Array.from({ length: character.length }, (_, i) => character.charCodeAt(i))
        .map((unit) => `\\u${unit.toString(16).padStart(4, "0")}`)
        .join("");
}
