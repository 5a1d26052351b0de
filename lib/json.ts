/**
 * Parses JSON; returns `undefined` if the text is invalid. The parser's own error is dropped because it would quote the
 * text, including credentials.
 */
export function parseJson(text: string): unknown {
    try {
        return JSON.parse(text) as unknown;
    } catch (error) {
        // Any other error is a bug in this program.
        if (error instanceof SyntaxError) {
            return undefined;
        }
        throw error;
    }
}

/** Whether a value is a JSON object: not a primitive, `null` or a list. */
export function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
    return typeof value === "object" && value !== null && !Array.isArray(value);
}
