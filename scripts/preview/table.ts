import type { Change, ChangeKind, Part } from "./changes";
import { marks, type ReviewedPart } from "./highlights";
import { cell, code, codes, counted } from "./markdown";

const columns = ["created", "changed", "replaced", "deleted"] as const satisfies readonly ChangeKind[];

export const tableHead = [
    "| Deployment | Backend | Created | Changed | Replaced | Deleted | Look at |",
    "| --- | --- | --- | --- | --- | --- | --- |",
];

const MOST_WORDS = 8;
const MOST_PROPERTIES = 5;

/** Formats the table row of one Deployment, or of the resources that belong to no Deployment. */
export function tableRow({ part, findings }: ReviewedPart): string {
    const name = part.deployment === undefined ? "the stack" : code(part.deployment);
    const kinds = columns.map((kind) => {
        const changes = part.changes.filter((change) => change.kind === kind);
        return changes.length === 0 ? "" : `${changes.length}: ${wordsOf(part, changes)}`;
    });
    const cells = [name, part.backends.map(code).join(" and "), ...kinds, marks(findings)];
    return `| ${cells.map(cell).join(" | ")} |`;
}

/** Lists the changed resources. Workloads and test secrets are only counted. */
function wordsOf({ deployment }: Part, changes: readonly Change[]): string {
    const workloads = changes.filter(({ type }) => type === "airflow-deployment:kubernetes:WorkloadPatch");
    const tests = changes.filter(({ role }) => role.startsWith("test-"));
    const others = changes.filter((change) => !workloads.includes(change) && !tests.includes(change));
    const more = others.length - MOST_WORDS;
    return [
        ...others.slice(0, MOST_WORDS).map((change) => resourceWords(deployment, change)),
        ...(more > 0 ? [`${more} more`] : []),
        // A secret and its version have the same name: count it once.
        ...(tests.length > 0 ? [counted(new Set(tests.map(({ role }) => role)).size, "test secret")] : []),
        ...(workloads.length > 0 ? [counted(workloads.length, "workload")] : []),
    ].join(", ");
}

function resourceWords(deployment: string | undefined, { kind, type, role, properties }: Change): string {
    const name = code(deployment === undefined ? `${type} ${role}` : role);
    const changed = kind === "changed" && properties.length > 0;
    return changed ? `${name} (${codes(properties, MOST_PROPERTIES)})` : name;
}
