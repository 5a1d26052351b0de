import { overridingVariable, type OverridingVariable } from "../../airflow/overriding";
import { sourcedVariables, sourceTitle, type EnvSources, type SourcedVariable } from "./envSources";
import { ownersOf } from "./ownership";
import type { PodToken } from "./tokenVolume";
import type { LiveContainer, LiveEntry, LiveWorkload } from "./workload";

/** The env entries to set on workloads in a namespace. */
export interface Plan {
    readonly namespace: string;
    /** Names of the env vars. */
    readonly names: readonly string[];
    /** Our field manager. */
    readonly manager: string;
    /** Whether to take over entries of the same name that somebody else set, and to remove those that override ours. */
    readonly force: boolean;
    /** Env vars of others that would keep Airflow from reading with ours. */
    readonly overriddenBy?: readonly OverridingVariable[];
    /** The token of the pods; `undefined` if the Deployment logs in with a credential. */
    readonly token?: PodToken | undefined;
    /** Name of the Secret for pod templates; `undefined` if there is none. */
    readonly podTemplateSecret?: string | undefined;
}

/** An env var of somebody else that has the name of one of ours, or overrides ours. */
export interface Conflict {
    readonly envVar: string;
    /** What was found and what to do: a sentence without its full stop. */
    readonly text: string;
    /**
     * What `force: true` does about it: it takes over or removes the entry; or ours goes before it anyway; or nothing,
     * because it is in a ConfigMap or a Secret that others may use.
     */
    readonly withForce: "taken over" | "ours goes first" | "refused";
}

/** Returns the conflicts of our env vars with a container's, and with those of its ConfigMaps and Secrets. */
export function conflictsOf(plan: Plan, live: LiveWorkload, container: LiveContainer, sources: EnvSources): Conflict[] {
    const entries = (container.env ?? []).flatMap((entry) => entryConflict(plan, live, container, entry) ?? []);
    const sourced = sourcedVariables(container, sources).flatMap((variable) => sourceConflict(plan, variable) ?? []);
    return [...entries, ...sourced];
}

function entryConflict(
    { names, manager, overriddenBy = [] }: Plan,
    live: LiveWorkload,
    container: LiveContainer,
    entry: LiveEntry,
): Conflict | undefined {
    const { name: envVar } = entry;
    const owners = ownersOf(live, container.name, envVar);
    const others = owners.filter((owner) => owner !== manager);
    const isFree = owners.length === 0 && hasNoValue(entry);
    const isOurs = owners.length > 0 && others.length === 0;
    if (names.includes(envVar)) {
        const text =
            `${envVar} is already set, to ${valueKind(entry)} owned by ${listManagers(others)}. Remove it there, or set ` +
            "force: true on this target to take it over; its old value is then lost";
        return isFree || isOurs ? undefined : { envVar, text, withForce: "taken over" };
    }
    // Kubernetes sets an entry without a value to an empty text.
    const value = hasNoValue(entry) ? "" : entry.value;
    const overriding = overridingVariable(overriddenBy, envVar, value);
    const text =
        `${envVar} is set, to ${valueKind(entry)} owned by ${listManagers(others)}, and overrides what this stack sets: ` +
        `${overriding?.effect ?? ""}. Remove it there, or set force: true on this target to have it removed; its value ` +
        "is then lost";
    return overriding === undefined || isOurs ? undefined : { envVar, text, withForce: "taken over" };
}

function sourceConflict(
    { names, podTemplateSecret, overriddenBy = [] }: Plan,
    { name: envVar, value, source }: SourcedVariable,
): Conflict | undefined {
    const from = `${sourceTitle(source)} (envFrom)`;
    if (names.includes(envVar)) {
        const isOurs = source.kind === "Secret" && source.name === podTemplateSecret;
        const text =
            `${envVar} also comes from ${from}. Remove it there, or set force: true on this target: what this stack sets ` +
            `then goes first, and ${sourceTitle(source)} stays as it is`;
        return isOurs ? undefined : { envVar, text, withForce: "ours goes first" };
    }
    const overriding = overridingVariable(overriddenBy, envVar, value);
    const text =
        `${envVar} comes from ${from}, and overrides what this stack sets: ${overriding?.effect ?? ""}. Remove it there, or ` +
        "that source from the container. force: true does not, because others may use it";
    return overriding === undefined ? undefined : { envVar, text, withForce: "refused" };
}

/** Whether an entry has only a name. That is what remains of an entry that was taken over and then released. */
export function hasNoValue(entry: LiveEntry | undefined): boolean {
    return entry?.value === undefined && entry?.valueFrom === undefined;
}

export function valueKind({ valueFrom }: LiveEntry): string {
    return valueFrom === undefined ? "a literal value" : "a reference";
}

export function listManagers(managers: readonly string[]): string {
    return managers.map((manager) => `"${manager}"`).join(", ") || "an unrecorded field manager";
}
