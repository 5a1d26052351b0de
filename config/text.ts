import { truncate } from "../lib/text";

/** Formats values and paths of the config for error messages: short, on one line, and without secrets. */

const LIMIT = 60;

/** Describes a value, in words or quoted. */
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

/**
 * Quotes a string as JSON, truncated to fit a line, with control characters escaped (they could move a terminal's
 * cursor).
 */
export function quote(text: string): string {
    return JSON.stringify(truncate(text, LIMIT)).replace(/[\p{C}\p{Zl}\p{Zp}]/gu, escapeCharacter);
}

/**
 * Formats a path of the config, with the Deployment's name after its index: `deployments[1] (lunar-tide-5678).name`.
 * Pass `undefined` as `name` if the Deployment has no valid name.
 */
export function formatPath([key = "", ...path]: readonly PropertyKey[], name: string | undefined): string {
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
 * Removes user info, query and fragment of a URL: people paste credentials there. The greedy `.*` also matches a
 * password that contains an `@`. A `?` after a bracket belongs to a group of a regular expression and is kept.
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
