/** Returns the encodings in which a text may contain a secret. */
export function forms(secret: string): string[] {
    const json = JSON.stringify(secret).slice(1, -1);
    return [
        ...new Set([secret, json, JSON.stringify(json).slice(1, -1), encodeURIComponent(secret), ...base64(secret)]),
    ];
}

/** Returns what base64 of a text that contains the secret looks like, which depends on the secret's offset. */
function base64(secret: string): string[] {
    return [0, 1, 2].map((shift) => {
        const encoded = Buffer.from(" ".repeat(shift) + secret).toString("base64");
        // The first characters also encode what precedes the secret, and the last ones what follows it.
        const clean = encoded.replace(/=+$/, "").slice(shift === 0 ? 0 : shift + 1);
        return clean.slice(0, clean.length - 2);
    });
}
