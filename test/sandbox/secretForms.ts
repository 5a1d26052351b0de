/** The forms in which a secret could stand in a text. */
export function forms(secret: string): string[] {
    const json = JSON.stringify(secret).slice(1, -1);
    return [
        ...new Set([secret, json, JSON.stringify(json).slice(1, -1), encodeURIComponent(secret), ...base64(secret)]),
    ];
}

/** Base64 of a text that has the secret somewhere inside: what it looks like depends on where it begins. */
function base64(secret: string): string[] {
    return [0, 1, 2].map((shift) => {
        const encoded = Buffer.from(" ".repeat(shift) + secret).toString("base64");
        // The first characters mix with what comes before, the last ones with what follows.
        const clean = encoded.replace(/=+$/, "").slice(shift === 0 ? 0 : shift + 1);
        return clean.slice(0, clean.length - 2);
    });
}
