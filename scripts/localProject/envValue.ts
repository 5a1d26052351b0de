import { parsedJson } from "../../lib/json";

/**
 * The form of a value that every reader of an Astro project's `.env` reads alike. There are three, and they differ:
 * Docker Compose replaces `$…`, ends an unquoted value at ` #` and takes quotes and escapes as a shell does;
 * `docker run --env-file` takes everything as it is, quotes too; Astro's standalone mode strips a pair of outer quotes.
 */

/** Docker's reader gives up on a longer line, name and line break included. */
const LONGEST_LINE = 65_535;

/** Why a value has no such form; `undefined` where it has. Never tells the value. */
export function envValueProblem(name: string, value: string): string | undefined {
    const text = envValue(value);
    if (name.length + 1 + text.length > LONGEST_LINE) {
        return `is longer than a line of the file can be (${LONGEST_LINE} characters)`;
    }
    if (isJson(value) || text === "") {
        return undefined;
    }
    if (!/^[ -~]*$/.test(text)) {
        return "holds a line break, or something else than ASCII";
    }
    if (text.includes("$")) {
        return "holds a $, which Docker Compose replaces and docker run does not";
    }
    if (text !== text.trim() || text.includes(" #")) {
        return "has a blank at an end, or before a #: Docker Compose cuts it there";
    }
    return /^["']/.test(text) ? "begins with a quote, which docker run keeps and others do not" : undefined;
}

/**
 * The value as it is written: unquoted, JSON on one line. What a reader might take for more than itself is escaped there
 * as JSON allows, so that Airflow reads the same object.
 */
export function envValue(value: string): string {
    return isJson(value)
        ? value
              .trim()
              // In JSON these only stand between its parts: within a string they are escaped.
              .replace(/[\t\n\r]+/g, " ")
              .replace(/[^ -~]|[$#]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`)
        : value;
}

/** Whether a text is an object or a list: another value of JSON's looks like any word. */
function isJson(value: string): boolean {
    return /^\s*[{[]/.test(value) && parsedJson(value) !== undefined;
}
