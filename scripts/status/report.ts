import { formatColumns } from "../columns";
import { DAY_MS, HOUR_MS } from "../../config/duration";
import type { DeploymentStatus } from "./deployment";
import type { Orphan, Unchecked } from "./orphans";

/** What the command found and did. */
export interface Report {
    readonly stack: string;
    readonly now: Date;
    readonly deployments: readonly DeploymentStatus[];
    /** About the whole stack. Each is a sentence. */
    readonly warnings: readonly string[];
    readonly orphans: readonly OrphanResult[];
    readonly unchecked: readonly Unchecked[];
}

export interface OrphanResult extends Orphan {
    readonly isRemoved: boolean;
    /** Why it could not be removed; `undefined` if it was removed or should not be. */
    readonly reason?: string;
}

/** Exit codes, besides those for wrong arguments and for errors. */
export const FOUND = 7;
export const UNCHECKED = 1;

/** Something that has to be repaired counts more than a service that could not be asked. */
export function exitCode({ deployments, orphans, unchecked }: Report): number {
    const isFound = deployments.some(({ problems }) => problems.length > 0) || orphans.some((each) => !each.isRemoved);
    return isFound ? FOUND : unchecked.length > 0 ? UNCHECKED : 0;
}

/** Returns the report as plain data, for JSON. */
export function asData({ stack, now, deployments, warnings, orphans, unchecked }: Report): object {
    return {
        stack,
        time: now.toISOString(),
        deployments,
        warnings,
        orphans: orphans.map(({ identity, credential, isBeingCreated, isRemoved, reason = null }) => ({
            deployment: identity.deployment,
            kind: identity.kind,
            identity: identity.name,
            credential: credential.id,
            made: credential.made ?? null,
            isBeingCreated,
            isRemoved,
            reason,
        })),
        unchecked: unchecked.map(({ identity, reason }) => ({
            deployment: identity.deployment,
            kind: identity.kind,
            identity: identity.name,
            reason,
        })),
    };
}

/** Formats the report for a person. */
export function asText(report: Report): string {
    const { deployments, warnings, unchecked, now } = report;
    const rows = deployments.map((deployment) => deploymentRow(deployment, now));
    return [
        rows.length === 0 ? ["The config has no Deployment."] : [formatColumns([deploymentHead, ...rows])],
        sentences(
            "ERROR",
            deployments.flatMap(({ problems }) => problems),
        ),
        sentences("warning", [...deployments.flatMap((each) => each.warnings), ...warnings]),
        orphanLines(report),
        unchecked.length === 0
            ? []
            : ["Not checked for credentials that the state does not hold:", uncheckedTable(unchecked)],
    ]
        .filter((part) => part.length > 0)
        .map((part) => part.join("\n"))
        .join("\n\n");
}

const sentences = (level: string, texts: readonly string[]): string[] => texts.map((text) => `${level}: ${text}`);

const deploymentHead = ["deployment", "backend", "identity", "generation", "age", "next rotation", "ends", "retiring"];

function deploymentRow({ name, credential, nextRotation, retiring }: DeploymentStatus, now: Date): string[] {
    if (credential === null) {
        return [name, "-", "-", "-", "-", "-", "-", "-"];
    }
    const { kind, identity, generation, made, ends } = credential;
    const isPast = (time: string): boolean => Date.parse(time) <= now.getTime();
    const earlier = retiring.map((each) => {
        const which = each.identity === identity ? `${each.generation}` : `${each.identity} ${each.generation}`;
        return `${which} ${isPast(each.until) ? "with the next up" : `until ${minutes(each.until)}`}`;
    });
    const next = nextRotation === null ? "-" : minutes(nextRotation);
    return [
        name,
        kind,
        identity,
        String(generation),
        made === null ? "-" : ageOf(now.getTime() - Date.parse(made)),
        nextRotation !== null && isPast(nextRotation) ? `due since ${next}` : next,
        ends === null ? "-" : minutes(ends),
        earlier.join(", ") || "-",
    ];
}

function orphanLines({ stack, orphans }: Report): string[] {
    if (orphans.length === 0) {
        return [];
    }
    const rows = orphans.map(({ identity, credential, isBeingCreated, isRemoved, reason }) => [
        identity.deployment,
        identity.name,
        `${identity.credentials.title} ${credential.id}`,
        credential.made === undefined ? "-" : minutes(credential.made),
        isRemoved ? "deleted" : (reason ?? (isBeingCreated ? "a pulumi up runs, or was killed" : "-")),
    ]);
    const head = ["deployment", "identity", "credential", "created", "note"];
    const isLeft = orphans.some((each) => !each.isRemoved);
    return [
        "Credentials that the state does not hold:",
        formatColumns([head, ...rows]),
        ...(isLeft ? [`Delete them: npm run status -- --stack ${stack} --remove-orphans`] : []),
    ];
}

function uncheckedTable(unchecked: readonly Unchecked[]): string {
    const rows = unchecked.map(({ identity, reason }) => [identity.deployment, identity.name, reason]);
    return formatColumns([["deployment", "identity", "reason"], ...rows]);
}

/** Formats a time in whole minutes, e.g. `2026-12-01T18:00Z`. */
const minutes = (time: string): string => `${new Date(time).toISOString().slice(0, 16)}Z`;

function ageOf(ms: number): string {
    return ms < 2 * DAY_MS ? `${Math.floor(ms / HOUR_MS)}h` : `${Math.floor(ms / DAY_MS)}d`;
}
