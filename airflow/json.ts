/** What a text holds as JSON; nothing where it is none. */
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
