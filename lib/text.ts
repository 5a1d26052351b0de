/**
 * Truncates a string to `limit` characters and appends an ellipsis if it is longer. Counts code points, so it never
 * splits a character.
 */
export function truncate(text: string, limit: number): string {
    const characters = Array.from(text);
    return characters.length <= limit ? text : `${characters.slice(0, limit).join("")}…`;
}
