import type { Part } from "./changes";
import type { Finding } from "./findings";
import type { Grant } from "../../components/grants/grant";
import { code, codes } from "./markdown";

/** A Deployment, and what must not be overlooked in it. */
export interface Looked {
    readonly part: Part;
    readonly findings: readonly Finding[];
}

type Kind = Finding["kind"];

/** How a finding is called in the table, and what it means where that is the same for every Deployment. */
const words: Readonly<Record<Kind, { readonly name: string; readonly meaning?: string }>> = {
    widened: { name: "WIDENED grant" },
    unclear: { name: "grant: look at it" },
    plain: { name: "no longer secret" },
    "identity-replaced": {
        name: "replaced identity",
        meaning:
            "They log in as somebody new. What was given to the old identity outside of this stack is gone with it, and the pods restart.",
    },
    "credential-gap": {
        name: "credential deleted before the new one",
        meaning: "From then until their pods have restarted, Airflow there cannot read a secret.",
    },
    "credential-deleted": {
        name: "credential deleted, none in its place",
        meaning: "Airflow there cannot log in with it any more.",
    },
    "credential-replaced": {
        name: "replaced credential",
        meaning: "The pods restart, and the old credential goes when the env vars have moved to the new one.",
    },
    removed: {
        name: "removed",
        meaning:
            "The env vars, the credential and the identity go: Airflow there reads no secret from the store any more.",
    },
};

/** The worst first. */
const order: readonly Kind[] = [
    "widened",
    "unclear",
    "plain",
    "credential-gap",
    "credential-deleted",
    "identity-replaced",
    "credential-replaced",
    "removed",
];

const MOST_GRANTS = 10;
const MOST_NAMES = 50;

/** What stands above the table, an item each. */
export interface Highlights {
    /** What differs from Deployment to Deployment: as many as there are. */
    readonly single: readonly string[];
    /** What is the same for all: one for each kind, so few. */
    readonly shared: readonly string[];
}

export function highlights(looked: readonly Looked[]): Highlights {
    const single = order.flatMap((kind) =>
        looked.flatMap(({ part, findings }) =>
            findings.flatMap((finding) =>
                finding.kind === kind && words[kind].meaning === undefined
                    ? `- **${capital(words[kind].name)}**: ${whose(part)}${detail(finding)}`
                    : [],
            ),
        ),
    );
    const shared = order.flatMap((kind) => {
        const { name, meaning } = words[kind];
        const concerned = looked.filter(({ findings }) => findings.some((finding) => finding.kind === kind));
        const names = concerned.map(({ part }) => part.deployment ?? "the stack");
        return meaning === undefined || names.length === 0
            ? []
            : `- **${capital(name)}**: ${codes(names, MOST_NAMES)}. ${meaning}`;
    });
    return { single, shared };
}

/** What the table says of a Deployment's findings. */
export function marks(findings: readonly Finding[]): string {
    const found = order.filter((kind) => findings.some((finding) => finding.kind === kind));
    return found.map((kind) => `**${words[kind].name}**`).join(", ");
}

function whose({ deployment }: Part): string {
    return deployment === undefined ? "the stack" : code(deployment);
}

function detail(finding: Finding): string {
    switch (finding.kind) {
        case "widened":
            return ` (${code(finding.role)}) may now also ${grantWords(finding.grants)}.`;
        case "unclear":
            return ` (${code(finding.role)}) changes, and ${finding.why}.`;
        case "plain":
            return ` shows the values of ${codes(finding.names, MOST_GRANTS)} to whoever can see its environment variables.`;
        default:
            return "";
    }
}

function grantWords(grants: readonly Grant[]): string {
    const more = grants.length - MOST_GRANTS;
    const shown = grants.slice(0, MOST_GRANTS).map(({ action, resource, condition }) => {
        const limit = condition === undefined ? "" : ` where ${code(condition)}`;
        return `${code(action)} ${code(resource)}${limit}`;
    });
    return more > 0 ? `${shown.join(", ")} and ${more} more` : shown.join(", ");
}

function capital(text: string): string {
    return text.slice(0, 1).toUpperCase() + text.slice(1);
}
