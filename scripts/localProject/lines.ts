/** Splits a text into lines, each with its line break; the last one may have none. */
export function linesOf(text: string): string[] {
    return text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
}

/** Adds a line break at the end of a text if it is missing, so that another line can follow. */
export function withFinalNewline(text: string): string {
    return text === "" || text.endsWith("\n") ? text : `${text}\n`;
}
