/** The lines of a text, each with its line break; the last one may have none. */
export function linesOf(text: string): string[] {
    return text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
}

/** The text with its last line ended, so that another can follow. */
export function ended(text: string): string {
    return text === "" || text.endsWith("\n") ? text : `${text}\n`;
}
