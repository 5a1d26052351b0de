/** The most of an answer that is looked at for a message. A page can be long. */
const PAGE_LIMIT = 2_000;

/** Returns the first words of an answer that is not in the expected format, e.g. of a page, without its tags. */
export function firstWords(answer: string): string {
    const start = answer.slice(0, PAGE_LIMIT);
    const text = oneLine(start.replace(/<[^<>]*>/g, " ")) || oneLine(start);
    return JSON.stringify(truncate(text, 120));
}

const oneLine = (text: string): string => text.replace(/\s+/g, " ").trim();

/**
 * Truncates a string to `limit` characters and appends an ellipsis if it is longer. Counts code points, so it never
 * splits a character.
 */
export function truncate(text: string, limit: number): string {
    const characters = Array.from(text);
    return characters.length <= limit ? text : `${characters.slice(0, limit).join("")}…`;
}
