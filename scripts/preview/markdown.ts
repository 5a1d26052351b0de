import { truncate } from "../../lib/text";

/** Formats untrusted text for GitHub's Markdown, so that nothing in it is interpreted. */

const LONGEST_CODE = 300;
/** Control characters, including invisible ones and ones that change the text direction. */
const control = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;

/** Formats a text as a code span on one line. In it, nothing is Markdown, HTML, a link or a mention. */
export function code(text: string): string {
    const shown = truncate(text.replace(control, "\uFFFD"), LONGEST_CODE) || " ";
    const ticks = "`".repeat(longestRun(shown) + 1);
    // If both ends have a space, the renderer removes one from each, unless the text consists of spaces only.
    const space = /^[` ]|[` ]$/.test(shown) && /[^ ]/.test(shown) ? " " : "";
    return `${ticks}${space}${shown}${space}${ticks}`;
}

/** Formats the first `most` texts as code spans, followed by the number of the others. */
export function codes(texts: readonly string[], most: number): string {
    const more = texts.length - most;
    const shown = texts.slice(0, most).map(code).join(", ");
    return more > 0 ? `${shown} and ${more} more` : shown;
}

/** Escapes one line of Markdown as a table cell. Renderers differ in how they treat backslashes before a pipe. */
export function cell(markdown: string): string {
    // Without the lookbehind, each backslash of a long row would begin another search for a pipe.
    return markdown.replace(/(?<!\\)(\\*)\|/g, "$1$1\\|");
}

/** Formats a text of several lines as a code block of at most `longest` characters. */
export function fence(text: string, longest: number): string {
    const lines = text.split(/\r?\n/).map((line) => line.replace(/\t/g, "    ").replace(control, "\uFFFD"));
    const shown = truncate(lines.join("\n"), longest);
    const ticks = "`".repeat(Math.max(3, longestRun(shown) + 1));
    return `${ticks}text\n${shown}\n${ticks}`;
}

function longestRun(text: string): number {
    return Math.max(0, ...(text.match(/`+/g) ?? []).map(({ length }) => length));
}

/** Returns e.g. `1 workload` or `2 workloads`. */
export function counted(count: number, what: string): string {
    return `${count} ${what}${count === 1 ? "" : "s"}`;
}
