import { parseJson } from "../../lib/json";

/**
 * Formats values so that all three readers of an Astro project's `.env` read the same text. The readers differ: Docker
 * Compose substitutes `$…`, ends an unquoted value at ` #` and handles quotes and escapes like a shell;
 * `docker run --env-file` takes everything literally, including quotes; Astro's standalone mode strips a pair of outer
 * quotes.
 */

/** Docker's reader fails on a longer line, including the name and the line break. In characters. */
const LONGEST_LINE = 65_535;

/** Returns why a value cannot be written so; `undefined` if it can. Never contains the value. */
export function envValueProblem(name: string, value: string): string | undefined {
    const text = envValue(value);
    if (name.length + 1 + text.length > LONGEST_LINE) {
        return `is longer than a line of the file can be (${LONGEST_LINE} characters)`;
    }
    if (isJson(value) || text === "") {
        return undefined;
    }
    if (!/^[ -~]*$/.test(text)) {
        return "contains a line break or a non-ASCII character";
    }
    if (text.includes("$")) {
        return "contains a $, which Docker Compose substitutes and docker run does not";
    }
    if (text !== text.trim() || text.includes(" #")) {
        return "has a space at an end or before a #: Docker Compose truncates it there";
    }
    return /^["']/.test(text) ? "begins with a quote, which docker run keeps and the other readers do not" : undefined;
}

/**
 * Returns the value as it is written to the file: unquoted, and JSON on one line. In JSON, every character that a
 * reader might interpret is replaced by its JSON escape, so that Airflow reads the same object.
 */
export function envValue(value: string): string {
    return isJson(value)
        ? value
              .trim()
              // In JSON, these occur only between tokens: in strings they are escaped.
              .replace(/[\t\n\r]+/g, " ")
              .replace(/[^ -~]|[$#]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`)
        : value;
}

/** Whether a text is a JSON object or array. Other JSON values are treated as plain text. */
function isJson(value: string): boolean {
    return /^\s*[{[]/.test(value) && parseJson(value) !== undefined;
}
