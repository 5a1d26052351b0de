import { isMapping, parseJson } from "../../lib/json";
import type { Marks } from "../marks";

/**
 * The marks of what is created, where Vault has no field for them. A secret of KV v2 has custom metadata. A policy has
 * only its text, and a secret of KV v1 only its fields.
 */

/** Comes before each mark in a policy: they are comments. */
export const COMMENT = "# ";

/** Returns the marks as the value of a secret's field `description`. */
export function description(marks: Marks): string {
    return JSON.stringify(marks);
}

/** Reads the marks in a secret's field `description`; `undefined` if it has none. */
export function marksInDescription(
    fields: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> | undefined {
    const found = typeof fields.description === "string" ? parseJson(fields.description) : undefined;
    return isMapping(found) ? found : undefined;
}
