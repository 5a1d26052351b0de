import { parsedJson } from "./json";

/** Keys of a JSON object whose values are, or belong to, a credential. */
const credentialKey = /secret|password|token|private|credential|key(?!_path)|role_id/i;
/** Anything shorter would be found in ordinary words. */
const shortest = 6;

/** Gives a function that takes these secrets, and the credentials in those that are JSON, out of a text, however they are written. */
export function redactor(secrets: readonly string[]): (text: string) => string {
    const spellings = [...new Set(secrets.flatMap(credentialsIn).flatMap(spellingsOf))]
        .filter((spelling) => spelling.length >= shortest)
        // A whole value goes before the parts of it.
        .sort((one, other) => other.length - one.length);
    return (text) => spellings.reduce((left, spelling) => left.replaceAll(spelling, "[redacted]"), text);
}

/** The value itself and, if it is JSON, what lies under a credential's key at any depth. */
function credentialsIn(value: string): string[] {
    return [value, ...leaves(parsed(value), false)];
}

function leaves(value: unknown, isCredential: boolean): string[] {
    if (typeof value === "string") {
        const inner = parsed(value);
        return [...(isCredential ? [value] : []), ...(inner === undefined ? [] : leaves(inner, isCredential))];
    }
    if (typeof value !== "object" || value === null) return [];
    return Object.entries(value).flatMap(([key, part]) => leaves(part, isCredential || credentialKey.test(key)));
}

/** The object that a text holds as JSON, if it does. */
function parsed(text: string): unknown {
    if (!text.trimStart().startsWith("{")) return undefined;
    return parsedJson(text);
}

function spellingsOf(secret: string): string[] {
    return [
        secret,
        JSON.stringify(secret).slice(1, -1),
        encodeURIComponent(secret),
        Buffer.from(secret).toString("base64"),
    ];
}
