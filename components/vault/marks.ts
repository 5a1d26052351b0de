import { isMapping, parseJson } from "../../lib/json";

/**
 * The marks of what is created, where Vault has no field for them. A secret of KV v2 has custom metadata. A policy has
 * only its text, and a secret of KV v1 only its fields.
 */
export type Marks = Readonly<Record<string, string>>;

/** Returns the marks as comments of a policy. */
export function comments(marks: Marks): string {
    return Object.entries(marks)
        .map(([key, value]) => `# ${key}: ${value}\n`)
        .join("");
}

/** Reads the marks in the comments of a policy. */
export function marksInComments(policy: string): Marks {
    return Object.fromEntries(
        [...policy.matchAll(/^# ([a-z-]+): (.*)$/gm)].map(([, key = "", value = ""]) => [key, value]),
    );
}

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
