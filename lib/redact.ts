import { parseJson } from "./json";

/** Keys of a JSON object whose values are, or contain, a credential. */
const credentialKey = /secret|password|token|private|credential|key(?!_path)|role_id/i;
/** Shorter secrets are not redacted: they would match parts of ordinary words. */
const minimumLength = 6;
const loneSurrogate = /\p{Cs}/u;

/**
 * Returns a function that replaces these secrets in a string with `[redacted]`. If a secret is JSON, the credentials in
 * it are replaced too. Covers plain text, JSON-escaped, URL-encoded and base64.
 */
export function redactor(secrets: readonly string[]): (text: string) => string {
    const encodings = [...new Set(secrets.flatMap(credentialsIn).flatMap(encodingsOf))]
        .filter((encoding) => encoding.length >= minimumLength)
        // Longest first, so that a whole value is replaced before its parts.
        .sort((one, other) => other.length - one.length);
    return (text) => encodings.reduce((result, encoding) => result.replaceAll(encoding, "[redacted]"), text);
}

/** Returns the value itself and, if it is JSON, every value below a credential's key at any depth. */
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

/** Parses a JSON object; returns `undefined` for any other text. */
function parsed(text: string): unknown {
    if (!text.trimStart().startsWith("{")) return undefined;
    return parseJson(text);
}

function encodingsOf(secret: string): string[] {
    return [
        secret,
        JSON.stringify(secret).slice(1, -1),
        // A lone surrogate has no URL encoding.
        ...(loneSurrogate.test(secret) ? [] : [encodeURIComponent(secret)]),
        Buffer.from(secret).toString("base64"),
    ];
}
