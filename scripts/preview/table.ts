import type { Change, Kind, Part } from "./changes";
import { marks, type Looked } from "./highlights";
import { cell, code, codes, counted } from "./markdown";

const columns = ["created", "changed", "replaced", "deleted"] as const satisfies readonly Kind[];

export const tableHead = [
    "| Deployment | Backend | Created | Changed | Replaced | Deleted | Look at |",
    "| --- | --- | --- | --- | --- | --- | --- |",
];

const MOST_WORDS = 8;
const MOST_PROPERTIES = 5;

/** One line of the table. */
export function tableRow({ part, findings }: Looked): string {
    const name = part.deployment === undefined ? "the stack" : code(part.deployment);
    const kinds = columns.map((kind) => {
        const changes = part.changes.filter((change) => change.kind === kind);
        return changes.length === 0 ? "" : `${changes.length}: ${wordsOf(part, changes)}`;
    });
    const cells = [name, part.backends.map(code).join(" and "), ...kinds, marks(findings)];
    return `| ${cells.map(cell).join(" | ")} |`;
}

/** Many alike are counted: the workloads that get the env vars, the test secrets. */
function wordsOf({ deployment }: Part, changes: readonly Change[]): string {
    const workloads = changes.filter(({ type }) => type === "airflow-deployment:kubernetes:WorkloadPatch");
    const tests = changes.filter(({ role }) => role.startsWith("test-"));
    const others = changes.filter((change) => !workloads.includes(change) && !tests.includes(change));
    const more = others.length - MOST_WORDS;
    return [
        ...others.slice(0, MOST_WORDS).map((change) => resourceWords(deployment, change)),
        ...(more > 0 ? [`${more} more`] : []),
        // A secret and its version have one name.
        ...(tests.length > 0 ? [counted(new Set(tests.map(({ role }) => role)).size, "test secret")] : []),
        ...(workloads.length > 0 ? [counted(workloads.length, "workload")] : []),
    ].join(", ");
}

function resourceWords(deployment: string | undefined, { kind, type, role, properties }: Change): string {
    const name = code(deployment === undefined ? `${type} ${role}` : role);
    const changed = kind === "changed" && properties.length > 0;
    return changed ? `${name} (${codes(properties, MOST_PROPERTIES)})` : name;
}
