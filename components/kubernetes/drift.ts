import { formOf, isBare, named } from "./problems";
import { ownersOf } from "./ownership";
import { containersOf, type LiveContainer, type LiveWorkload, type SecretKey } from "./workload";

/** The env entries that we have set on a workload. */
export interface Entries {
    readonly containers: readonly string[];
    /** By variable, the same in every container. */
    readonly env: Readonly<Record<string, { readonly secretKeyRef: SecretKey }>>;
    readonly fieldManager: string;
}

/** What has become of our entries: by container and variable, in words, and only where it is not as we have set it. */
export type Drift = Readonly<Record<string, string>>;

/** Values and references of somebody else are not in it: it is kept in the state. */
export function driftOf(live: LiveWorkload, { containers, env, fieldManager }: Entries): Drift {
    const found = containers.flatMap((name): [string, string][] => {
        const container = containersOf(live).find((other) => other.name === name);
        if (container === undefined) {
            return [[name, "the container is gone"]];
        }
        return Object.entries(env).flatMap(([variable, { secretKeyRef }]): [string, string][] => {
            const words = entryDrift(live, container, variable, secretKeyRef, fieldManager);
            return words === undefined ? [] : [[`${name}: ${variable}`, words]];
        });
    });
    return Object.fromEntries(found);
}

/** Whether nothing is set under any of our names: what was ours has been taken away as a whole. */
export function isGone(live: LiveWorkload, { containers, env }: Pick<Entries, "containers" | "env">): boolean {
    const entries = containersOf(live)
        .filter(({ name }) => containers.includes(name))
        .flatMap((container) => container.env ?? []);
    return entries.every((entry) => !(entry.name in env) || isBare(entry));
}

function entryDrift(
    live: LiveWorkload,
    container: LiveContainer,
    variable: string,
    wanted: SecretKey,
    manager: string,
): string | undefined {
    const entry = container.env?.find(({ name }) => name === variable);
    if (entry === undefined || isBare(entry)) {
        return "removed";
    }
    const owners = ownersOf(live, container.name, variable);
    const others = owners.filter((owner) => owner !== manager);
    const reference = entry.valueFrom?.secretKeyRef;
    if (reference?.name === wanted.name && reference.key === wanted.key) {
        return owners.includes(manager) ? undefined : `owned by ${named(others)} now`;
    }
    return others.length === 0 && owners.length > 0
        ? `set to ${formOf(entry)} that is not in the state`
        : `set to ${formOf(entry)} by ${named(others)}`;
}
