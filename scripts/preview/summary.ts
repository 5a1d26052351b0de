import type { ChangeKind, Part } from "./changes";
import { findingsOf } from "./findings";
import { highlights } from "./highlights";
import { code, counted, fence } from "./markdown";
import { tableHead, tableRow } from "./table";

/** A failed preview: there is nothing to review. */
export interface Failure {
    /** The command that failed. */
    readonly command: string;
    readonly exitCode: number;
    /** Its error output. `runPreview` redacts the credentials. */
    readonly output: string;
}

/**
 * GitHub accepts comments of up to 65,536 characters. This limit is in bytes: there are never fewer bytes than
 * characters.
 */
const LIMIT = 65_000;
const MOST_HIGHLIGHTS = 30_000;
const MOST_OUTPUT = 20_000;

/** A workflow finds the comment for a stack by this marker. */
const marker = (stack: string): string => `<!-- airflow-secrets-backends preview: ${stack} -->`;

/**
 * Summarizes for the reviewer of a pull request what `pulumi up` would do. Contains no values of properties, except for
 * grants.
 */
export function summary(stack: string, parts: readonly Part[]): string {
    const reviewed = parts.map((part) => ({ part, findings: findingsOf(part) }));
    const changed = reviewed
        .filter(({ part }) => part.changes.some(({ kind }) => kind !== "same"))
        .sort((one, other) => rank(one) - rank(other));
    const head = [title(stack), "", overview(parts, changed)];
    if (changed.length === 0) {
        return text(head);
    }
    const { single, shared } = highlights(reviewed);
    const items = [...cut(single, MOST_HIGHLIGHTS, (more) => `- … and ${more} more like these.`), ...shared];
    const first = items.length > 0 ? ["", "### Look at this first", "", ...items] : [];
    const before = [...head, ...first, "", ...tableHead];
    const rows = cut(
        changed.map(tableRow),
        LIMIT - bytes(text(before)),
        (more) => `\n${counted(more, "further row")} left out here. The log of the preview has everything.`,
    );
    return text([...before, ...rows]);
}

/** Summarizes a failed preview. */
export function failureSummary(stack: string, { command, exitCode, output }: Failure): string {
    const verdict = `${code(command)} **failed** with exit code ${exitCode}. What would change is not known.`;
    return text([title(stack), "", verdict, "", fence(output, MOST_OUTPUT)]);
}

const title = (stack: string): string => `${marker(stack)}\n## Preview of stack ${code(stack)}`;

/** Sort key: resources that belong to no Deployment first, then Deployments with findings. */
function rank({ part, findings }: { part: Part; findings: readonly unknown[] }): number {
    return part.deployment === undefined ? 0 : findings.length > 0 ? 1 : 2;
}

function overview(parts: readonly Part[], changed: readonly { readonly part: Part }[]): string {
    const all = parts.filter(({ deployment }) => deployment !== undefined).length;
    const some = changed.filter(({ part }) => part.deployment !== undefined).length;
    if (changed.length === 0) {
        return `Nothing changes: ${counted(all, "Deployment")}, all as they are.`;
    }
    const count = (kind: ChangeKind): string[] => {
        const found = changed.flatMap(({ part }) => part.changes).filter((change) => change.kind === kind).length;
        return found === 0 ? [] : [`${found} ${kind}`];
    };
    const kinds = [...count("created"), ...count("changed"), ...count("replaced"), ...count("deleted")].join(", ");
    const rest =
        all === some
            ? ""
            : ` ${counted(all - some, "Deployment")} without changes ${all - some === 1 ? "is" : "are"} not listed.`;
    return `${counted(some, "Deployment")} would change. Resources: ${kinds}.${rest}`;
}

/** Returns as many lines as fit into `room` bytes, followed by a line with the number of the others. */
function cut(lines: readonly string[], room: number, rest: (more: number) => string): string[] {
    const left = { bytes: room - bytes(rest(lines.length)) - 1 };
    const fitting = lines.findIndex((line) => (left.bytes -= bytes(line) + 1) < 0);
    return fitting === -1 ? [...lines] : [...lines.slice(0, fitting), rest(lines.length - fitting)];
}

const bytes = (line: string): number => Buffer.byteLength(line);

const text = (lines: readonly string[]): string => `${lines.join("\n")}\n`;
