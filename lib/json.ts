/** What a text holds as JSON; nothing where it is none. The parser's own error would quote the text, credentials and all. */
export function parsedJson(text: string): unknown {
    try {
        return JSON.parse(text) as unknown;
    } catch (error) {
        // Anything but a syntax error is a fault of ours.
        if (error instanceof SyntaxError) {
            return undefined;
        }
        throw error;
    }
}

/** Whether it is what JSON calls an object. */
export function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
    return typeof value === "object" && value !== null && !Array.isArray(value);
}
