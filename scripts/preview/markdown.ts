import { shortened } from "../../lib/text";

/** Markdown as GitHub reads it, in which foreign text stays text. */

const LONGEST_CODE = 300;
/** Also those that no one sees, and those that turn the direction of what follows. */
const control = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;

/** A text as code on one line: in there nothing is Markdown, HTML, a link or a mention. */
export function code(text: string): string {
    const shown = shortened(text.replace(control, "\uFFFD"), LONGEST_CODE) || " ";
    const ticks = "`".repeat(longestRun(shown) + 1);
    // The renderer takes one space off each end of what has both and is not all spaces.
    const space = /^[` ]|[` ]$/.test(shown) && /[^ ]/.test(shown) ? " " : "";
    return `${ticks}${space}${shown}${space}${ticks}`;
}

/** Texts as code, the first ones and how many there are besides. */
export function codes(texts: readonly string[], most: number): string {
    const more = texts.length - most;
    const shown = texts.slice(0, most).map(code).join(", ");
    return more > 0 ? `${shown} and ${more} more` : shown;
}

/** Markdown on one line as a cell of a table. Renderers differ in whether they count the backslashes before a pipe. */
export function cell(markdown: string): string {
    return markdown.replace(/(\\*)\|/g, "$1$1\\|");
}

/** A text of many lines as a block of code. */
export function fence(text: string, longest: number): string {
    const lines = text.split(/\r?\n/).map((line) => line.replace(/\t/g, "    ").replace(control, "\uFFFD"));
    const shown = shortened(lines.join("\n"), longest);
    const ticks = "`".repeat(Math.max(3, longestRun(shown) + 1));
    return `${ticks}text\n${shown}\n${ticks}`;
}

function longestRun(text: string): number {
    return Math.max(0, ...(text.match(/`+/g) ?? []).map(({ length }) => length));
}

/** `1 workload`, `2 workloads`. */
export function counted(count: number, what: string): string {
    return `${count} ${what}${count === 1 ? "" : "s"}`;
}
