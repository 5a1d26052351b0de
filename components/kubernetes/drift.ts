import { hasNoValue, listManagers, valueKind } from "./conflicts";
import { ownersOf } from "./ownership";
import { containersOf, type LiveContainer, type LiveWorkload, type SecretKey } from "./workload";

/** The env entries that we set on a workload. */
export interface EnvEntries {
    readonly containers: readonly string[];
    /** By env var name; the same in every container. */
    readonly env: Readonly<Record<string, { readonly secretKeyRef: SecretKey }>>;
    readonly fieldManager: string;
}

/** Descriptions of the env entries that differ from what we set, by container and env var. */
export type Drift = Readonly<Record<string, string>>;

/** Finds drift. Leaves out values and references that somebody else set, because the result is stored in the state. */
export function driftOf(live: LiveWorkload, { containers, env, fieldManager }: EnvEntries): Drift {
    const found = containers.flatMap((name): [string, string][] => {
        const container = containersOf(live).find((other) => other.name === name);
        if (container === undefined) {
            return [[name, "the container was deleted"]];
        }
        return Object.entries(env).flatMap(([envVar, { secretKeyRef }]): [string, string][] => {
            const description = entryDrift(live, container, envVar, secretKeyRef, fieldManager);
            return description === undefined ? [] : [[`${name}: ${envVar}`, description]];
        });
    });
    return Object.fromEntries(found);
}

/** Whether none of our env vars has a value any more: all of our env entries were removed. */
export function areEntriesRemoved(
    live: LiveWorkload,
    { containers, env }: Pick<EnvEntries, "containers" | "env">,
): boolean {
    const entries = containersOf(live)
        .filter(({ name }) => containers.includes(name))
        .flatMap((container) => container.env ?? []);
    return entries.every((entry) => !(entry.name in env) || hasNoValue(entry));
}

function entryDrift(
    live: LiveWorkload,
    container: LiveContainer,
    envVar: string,
    wanted: SecretKey,
    manager: string,
): string | undefined {
    const entry = container.env?.find(({ name }) => name === envVar);
    if (entry === undefined || hasNoValue(entry)) {
        return "removed";
    }
    const owners = ownersOf(live, container.name, envVar);
    const others = owners.filter((owner) => owner !== manager);
    const reference = entry.valueFrom?.secretKeyRef;
    if (reference?.name === wanted.name && reference.key === wanted.key) {
        return owners.includes(manager) ? undefined : `owned by ${listManagers(others)} now`;
    }
    return others.length === 0 && owners.length > 0
        ? `set to ${valueKind(entry)} that is not in the state`
        : `set to ${valueKind(entry)} by ${listManagers(others)}`;
}
