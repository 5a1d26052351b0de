/** A text that is too long ends after `limit` characters, in an ellipsis. No character is cut in two. */
export function shortened(text: string, limit: number): string {
    const characters = Array.from(text);
    return characters.length <= limit ? text : `${characters.slice(0, limit).join("")}…`;
}
