import { overridingVariable } from "../../airflow/overriding";
import { listManagers, type Plan } from "./conflicts";
import type { ManagedFields } from "./workload";

/** The Secret for pod templates, pure: who owns its entries, and what speaks against writing it. */

export interface SecretName {
    readonly namespace: string;
    readonly name: string;
}

/** The parts of a live Secret that this project reads. */
export interface LiveSecret {
    readonly metadata?: { readonly uid?: string; readonly managedFields?: readonly ManagedFields[] };
    readonly immutable?: boolean;
    /** Base64-encoded. */
    readonly data?: Readonly<Record<string, string>>;
}

/** Returns the name of a Secret for messages. */
export const secretTitle = ({ name, namespace }: SecretName): string => `Secret "${name}" in namespace "${namespace}"`;

/**
 * Returns why our entries cannot be set on a Secret. Each problem is a sentence without its full stop.
 *
 * @param live the existing Secret; `undefined` if it does not exist
 */
export function secretProblems(plan: Plan & SecretName, live: LiveSecret | undefined): string[] {
    const title = secretTitle(plan);
    if (live?.immutable === true) {
        return [
            `${title} is immutable, so its entries cannot be kept up to date. Write another name as podTemplateSecret, ` +
                "or delete that Secret",
        ];
    }
    if (live === undefined) {
        return [];
    }
    const overriding = overridingProblems(plan, live);
    if (plan.force) {
        return overriding;
    }
    if (!ownsEntries(live, plan.manager)) {
        return [
            `${title} already exists, and is managed by ${listManagers(managersOf(live))}. Allowed is a Secret that ` +
                "this stack creates itself. Write another name as podTemplateSecret, delete that Secret, or set force: true " +
                "on this target to add the env vars to it; its own values of the same names are then lost",
        ];
    }
    const conflicts = plan.names.flatMap((envVar) => {
        const others = otherOwners(live, envVar, plan.manager);
        return others.length === 0
            ? []
            : [
                  `${title}: ${envVar} was set by ${listManagers(others)}. Remove it there, or set force: true on this ` +
                      "target to take it over; its old value is then lost",
              ];
    });
    return [...conflicts, ...overriding];
}

/** Returns the problems with entries of others that override ours. `force` does not remove them. */
function overridingProblems(plan: Plan & SecretName, live: LiveSecret): string[] {
    return entries(live).flatMap(([envVar, encoded]) => {
        const value = Buffer.from(encoded, "base64").toString("utf8");
        const found = overridingVariable(plan.overriddenBy ?? [], envVar, value);
        const others = otherOwners(live, envVar, plan.manager);
        return found === undefined || others.length === 0
            ? []
            : [
                  `${secretTitle(plan)}: ${envVar} was set by ${listManagers(others)}, and overrides what this stack sets: ` +
                      `${found.effect}. Remove it there, or write another name as podTemplateSecret`,
              ];
    });
}

/** Describes how the live entries differ from those that we set, by env var. Contains no values. */
export function secretDrift(
    live: LiveSecret,
    data: Readonly<Record<string, string>>,
    manager: string,
): Readonly<Record<string, string>> {
    const found = Object.entries(data).flatMap(([envVar, value]): [string, string][] => {
        const current = live.data?.[envVar];
        const others = otherOwners(live, envVar, manager);
        if (current === undefined) {
            return [[envVar, "removed"]];
        }
        if (current !== value) {
            const by = others.length === 0 ? "that is not in the state" : `by ${listManagers(others)}`;
            return [[envVar, `set to another value ${by}`]];
        }
        return ownersOf(live, envVar).includes(manager) ? [] : [[envVar, `owned by ${listManagers(others)} now`]];
    });
    return Object.fromEntries(found);
}

/** Whether the field manager owns entries of the Secret. */
export function ownsEntries(live: LiveSecret, manager: string): boolean {
    return entries(live).some(([envVar]) => ownersOf(live, envVar).includes(manager));
}

/** Whether the Secret also has entries that the field manager does not own alone. */
export function hasOtherEntries(live: LiveSecret, manager: string): boolean {
    return entries(live).some(([envVar]) => ownersOf(live, envVar).some((owner) => owner !== manager));
}

const entries = (live: LiveSecret): [string, string][] => Object.entries(live.data ?? {});

function otherOwners(live: LiveSecret, envVar: string, manager: string): string[] {
    return ownersOf(live, envVar).filter((owner) => owner !== manager);
}

function ownersOf(live: LiveSecret, envVar: string): string[] {
    const owners = (live.metadata?.managedFields ?? []).flatMap(({ manager, fieldsV1 }) => {
        const data = (fieldsV1 as { readonly "f:data"?: object } | undefined)?.["f:data"] ?? {};
        return manager !== undefined && `f:${envVar}` in data ? [manager] : [];
    });
    return [...new Set(owners)];
}

function managersOf(live: LiveSecret): string[] {
    return [...new Set((live.metadata?.managedFields ?? []).flatMap(({ manager }) => manager ?? []))];
}
