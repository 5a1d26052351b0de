import type { Part } from "./changes";
import type { Finding } from "./findings";
import type { Grant } from "../../components/grants/grant";
import { code, codes } from "./markdown";

/** A Deployment with its findings. */
export interface ReviewedPart {
    readonly part: Part;
    readonly findings: readonly Finding[];
}

type FindingKind = Finding["kind"];

/** The name of a finding in the table, and its meaning if that is the same for all Deployments. */
const words: Readonly<Record<FindingKind, { readonly name: string; readonly meaning?: string }>> = {
    expires: { name: "expires" },
    widened: { name: "WIDENED grant" },
    unclear: { name: "grant: look at it" },
    trusts: { name: "login without a credential" },
    "trust-widened": { name: "WIDENED trust" },
    "trust-unclear": { name: "trust: look at it" },
    plain: { name: "no longer secret" },
    "identity-replaced": {
        name: "replaced identity",
        meaning:
            "They log in as a new identity, and the pods restart. The old identity stays until the overlap is over. " +
            "Permissions that it got outside of this stack are not given to the new one.",
    },
    "credential-gap": {
        name: "credential deleted before the new one",
        meaning: "From then until their pods have restarted, Airflow there cannot read secrets.",
    },
    "credential-deleted": {
        name: "credential deleted, none in its place",
        meaning: "Airflow there cannot log in with it any more.",
    },
    "credential-replaced": {
        name: "replaced credential",
        meaning: "The pods restart. The old credential stays valid until the overlap is over.",
    },
    "credential-retired": {
        name: "retired credential",
        meaning: "Their env vars hold another credential. Pods that still have the old one cannot log in any more.",
    },
    removed: {
        name: "removed",
        meaning:
            "The env vars, the credential and the identity are deleted: Airflow there can no longer read secrets " +
            "from the store.",
    },
};

/** By importance, the most important first. */
const order: readonly FindingKind[] = [
    "expires",
    "widened",
    "trust-widened",
    "unclear",
    "trust-unclear",
    "trusts",
    "plain",
    "credential-gap",
    "credential-deleted",
    "identity-replaced",
    "credential-replaced",
    "credential-retired",
    "removed",
];

const MOST_GRANTS = 10;
const MOST_NAMES = 50;

/** The list items above the table. */
export interface Highlights {
    /** Findings that are different for each Deployment: one item per finding. */
    readonly single: readonly string[];
    /** Findings that are the same for all Deployments: one item per kind. */
    readonly shared: readonly string[];
}

/** Formats the findings as list items, the most important first. */
export function highlights(reviewed: readonly ReviewedPart[]): Highlights {
    const single = order.flatMap((kind) =>
        reviewed.flatMap(({ part, findings }) =>
            findings.flatMap((finding) =>
                finding.kind === kind && words[kind].meaning === undefined
                    ? `- **${capital(words[kind].name)}**: ${nameOf(part)}${detail(finding)}`
                    : [],
            ),
        ),
    );
    const shared = order.flatMap((kind) => {
        const { name, meaning } = words[kind];
        const affected = reviewed.filter(({ findings }) => findings.some((finding) => finding.kind === kind));
        const names = affected.map(({ part }) => part.deployment ?? "the stack");
        return meaning === undefined || names.length === 0
            ? []
            : `- **${capital(name)}**: ${codes(names, MOST_NAMES)}. ${meaning}`;
    });
    return { single, shared };
}

/** Formats a Deployment's findings for its row in the table. */
export function marks(findings: readonly Finding[]): string {
    const found = order.filter((kind) => findings.some((finding) => finding.kind === kind));
    return found.map((kind) => `**${words[kind].name}**`).join(", ");
}

function nameOf({ deployment }: Part): string {
    return deployment === undefined ? "the stack" : code(deployment);
}

function detail(finding: Finding): string {
    switch (finding.kind) {
        case "expires":
            return ` would expire at ${code(finding.at)}: from then on, teardown destroys it and all that it has created.`;
        case "widened":
            return ` (${code(finding.role)}) may now also ${grantWords(finding.grants)}.`;
        case "unclear":
            return ` (${code(finding.role)}) changes, and ${finding.why}.`;
        case "trusts":
            return ` lets these log in with their own token: ${codes(finding.whom, MOST_GRANTS)}.`;
        case "trust-widened":
            return ` would now also let these log in: ${codes(finding.whom, MOST_GRANTS)}.`;
        case "trust-unclear":
            return ` (${code(finding.role)}): whom it lets log in is written in a way that this command does not understand.`;
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
