import { backendKinds } from "../../stack/kinds";
import { envValue } from "./envValue";
import type { Change } from "./change";
import { ended, linesOf } from "./lines";

/** What begins and ends the lines that are ours. Every reader of the file skips a line that begins with `#`. */
const BEGIN = "# >>> airflow-secrets-backends";
const END = "# <<< airflow-secrets-backends";

/** Every variable that this project ever sets. */
const ours: ReadonlySet<string> = new Set(backendKinds.flatMap(({ envNames }) => envNames));

/**
 * The file with these variables in it, between two marks. Somebody's own lines stay, to the byte; one that sets the same
 * variable becomes a comment, since the readers do not agree on which of two holds.
 *
 * @param whose what the variables are those of, for a reader: `stack dev, Deployment solar-dust-1234`
 */
export function withVariables(text: string, whose: string, variables: Readonly<Record<string, string>>): Change {
    const { kept, hadOurs } = withoutOurs(statements(text));
    const taken = kept.filter(({ name }) => name !== undefined && Object.hasOwn(variables, name));
    const left = kept.map((statement) => (taken.includes(statement) ? commentedOut(statement) : statement.text));
    const before = left.join("");
    const block = [
        `${BEGIN}: ${whose}. npm run local-project writes what is between these marks anew`,
        ...Object.entries(variables).map(([name, value]) => `${name}=${envValue(value)}`),
        END,
    ];
    const gap = before === "" || /\n\s*\n$/.test(before) || hadOurs ? "" : "\n";
    return {
        text: `${ended(before)}${gap}${block.join("\n")}\n`,
        overwrites: taken.map(
            ({ name = "", line }) => `line ${line} sets ${name}, as this Deployment does: it would become a comment`,
        ),
        notes: kept.flatMap(({ line, isOpen }) =>
            isOpen ? `line ${line} begins a quote that nothing ends: Docker Compose cannot read the file` : [],
        ),
    };
}

/** What a reader takes as one: a setting, whose quoted value may go over several lines, or a line that sets nothing. */
interface Statement {
    /** Line break included, but for the file's last one maybe. */
    readonly text: string;
    /** Of its first line, from 1. */
    readonly line: number;
    /** The variable that it sets. */
    readonly name: string | undefined;
    /** Whether it begins a quote that nothing ends. */
    readonly isOpen: boolean;
}

function statements(text: string): Statement[] {
    const lines = linesOf(text);
    const found: Statement[] = [];
    for (let at = 0; at < lines.length;) {
        const first = lines[at] ?? "";
        const setting = /^\s*(?:export\s+)?([A-Za-z_][\w.-]*)\s*(?:[=:]\s*(.*)|$)/s.exec(first);
        const length = linesOfValue(lines.slice(at), setting?.[2] ?? "");
        const text = lines.slice(at, at + (length ?? 1)).join("");
        found.push({ text, line: at + 1, name: setting?.[1], isOpen: length === undefined });
        at += length ?? 1;
    }
    return found;
}

/** How many lines a value goes over: as Docker Compose has it, up to the quote that ends it. Nothing where none does. */
function linesOfValue(lines: readonly string[], value: string): number | undefined {
    const quote = /^["']/.exec(value)?.[0];
    if (quote === undefined) {
        return 1;
    }
    const closing = new RegExp(`^${quote}(?:\\\\.|[^\\\\${quote}])*${quote}`, "s");
    // A quote among our own lines ends nobody's.
    const end = lines.findIndex((line) => line.startsWith(BEGIN));
    const within = end === -1 ? lines : lines.slice(0, end);
    const count = within.findIndex((_, last) => closing.test([value, ...within.slice(1, last + 1)].join("")));
    return count === -1 ? undefined : count + 1;
}

/** Between our marks, what we never set is somebody's own. */
function withoutOurs(all: readonly Statement[]): { kept: Statement[]; hadOurs: boolean } {
    let inside = false;
    let hadOurs = false;
    const kept = all.filter(({ text, name }) => {
        const isBegin = text.startsWith(BEGIN);
        const isEnd = text.startsWith(END);
        inside = isBegin || (inside && !isEnd);
        hadOurs ||= isBegin;
        return !isBegin && !isEnd && !(inside && name !== undefined && ours.has(name));
    });
    return { kept, hadOurs };
}

function commentedOut({ text }: Statement): string {
    return text.replace(/^(?=.|\n)/gm, "# ");
}
