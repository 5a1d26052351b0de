import { overridingVariable, type OverridingVariable } from "../../airflow/overriding";
import { backendKinds } from "../../stack/kinds";
import type { Change } from "./change";
import { envValue } from "./envValue";
import { linesOf, withFinalNewline } from "./lines";

/** Mark the beginning and the end of the block that this project writes. All readers skip lines that begin with `#`. */
const BEGIN = "# >>> airflow-secrets-backends";
const END = "# <<< airflow-secrets-backends";

/** Names of all env vars that this project sets, for any kind of backend. */
const managedNames: ReadonlySet<string> = new Set(backendKinds.flatMap(({ allEnvNames }) => allEnvNames));

/**
 * Writes env vars into a block of the file, between two marks. The user's own lines are kept byte for byte. One that
 * sets the same env var is commented out, since the readers do not agree on which of two lines applies. So is one that
 * sets an env var with which Airflow could not use them.
 *
 * @param source where the env vars come from, e.g. `stack dev, Deployment solar-dust-1234`; written into the block
 * @param overriddenBy what keeps Airflow from reading with these env vars
 */
export function withEnvVars(
    text: string,
    source: string,
    envVars: Readonly<Record<string, string>>,
    overriddenBy: readonly OverridingVariable[],
): Change {
    const { kept, hadBlock } = withoutBlock(statements(text));
    const conflicts = kept.flatMap((statement) => {
        const conflict = conflictOf(statement, envVars, overriddenBy);
        return conflict === undefined ? [] : { statement, conflict };
    });
    const replaced = new Set(conflicts.map(({ statement }) => statement));
    const own = kept.map((statement) => (replaced.has(statement) ? commentedOut(statement) : statement.text));
    const before = own.join("");
    const block = [
        `${BEGIN}: ${source}. npm run local-project rewrites the lines between these marks`,
        ...Object.entries(envVars).map(([name, value]) => `${name}=${envValue(value)}`),
        END,
    ];
    const gap = before === "" || /\n\s*\n$/.test(before) || hadBlock ? "" : "\n";
    return {
        text: `${withFinalNewline(before)}${gap}${block.join("\n")}\n`,
        overwrites: conflicts.map(({ conflict }) => conflict),
        notes: kept.flatMap(({ line, isOpen }) =>
            isOpen ? `line ${line} has an unclosed quote: Docker Compose cannot read the file` : [],
        ),
    };
}

/** An assignment, whose quoted value may span several lines, or a single line that sets nothing. */
interface Statement {
    /** Includes the line break, except maybe at the end of the file. */
    readonly text: string;
    /** Number of its first line, from 1. */
    readonly line: number;
    /** Name of the env var that it sets. */
    readonly name: string | undefined;
    /** Whether its value has an unclosed quote. */
    readonly isOpen: boolean;
}

function conflictOf(
    { name, line }: Statement,
    envVars: Readonly<Record<string, string>>,
    overriddenBy: readonly OverridingVariable[],
): string | undefined {
    if (name === undefined) {
        return undefined;
    }
    if (Object.hasOwn(envVars, name)) {
        return `line ${line} sets ${name}, as this Deployment does: it would be commented out`;
    }
    const found = overridingVariable(overriddenBy, name, undefined);
    return found === undefined ? undefined : `line ${line} sets ${name}: ${found.effect}. It would be commented out`;
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

/**
 * Returns how many lines a value spans. As in Docker Compose, a quoted value extends to its closing quote. `undefined`
 * if there is none.
 */
function linesOfValue(lines: readonly string[], value: string): number | undefined {
    const quote = /^["']/.exec(value)?.[0];
    if (quote === undefined) {
        return 1;
    }
    const closing = new RegExp(`^${quote}(?:\\\\.|[^\\\\${quote}])*${quote}`, "s");
    // A quote in this project's block does not close one before it.
    const end = lines.findIndex((line) => line.startsWith(BEGIN));
    const within = end === -1 ? lines : lines.slice(0, end);
    const count = within.findIndex((_, last) => closing.test([value, ...within.slice(1, last + 1)].join("")));
    return count === -1 ? undefined : count + 1;
}

/** Removes the block. Statements in it that this project never sets were added by the user and are kept. */
function withoutBlock(all: readonly Statement[]): { kept: Statement[]; hadBlock: boolean } {
    let inside = false;
    let hadBlock = false;
    const kept = all.filter(({ text, name }) => {
        const isBegin = text.startsWith(BEGIN);
        const isEnd = text.startsWith(END);
        inside = isBegin || (inside && !isEnd);
        hadBlock ||= isBegin;
        return !isBegin && !isEnd && !(inside && name !== undefined && managedNames.has(name));
    });
    return { kept: reparsed(kept), hadBlock };
}

/** Parses what is left: a quote may extend further without a mark in between. The line numbers stay those of the file. */
function reparsed(kept: readonly Statement[]): Statement[] {
    const numbers = kept.flatMap(({ text, line }) => linesOf(text).map((_, index) => line + index));
    return statements(kept.map(({ text }) => text).join("")).map((statement) => ({
        ...statement,
        line: numbers[statement.line - 1] ?? statement.line,
    }));
}

function commentedOut({ text }: Statement): string {
    return text.replace(/^(?=.|\n)/gm, "# ");
}
