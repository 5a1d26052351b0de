import { overridingVariable, type OverridingVariable } from "../../../airflow/overriding";
import { isMapping, parseJson } from "../../../lib/json";

/**
 * Computes the environment variables to write to a Deployment. Houston replaces them as a whole: an environment
 * variable that is missing from the list is deleted, and a secret with an empty value keeps its stored value. The
 * functions are pure; the API calls are in `deployment.ts`.
 */

/** An environment variable in Houston. */
export interface Variable {
    readonly key: string;
    /** Empty for a secret that was read from Houston. */
    readonly value: string;
    readonly isSecret: boolean;
}

/**
 * The environment variable that records who set which environment variables, because Houston has no field for that: a
 * JSON object with a list of names per owner. After an interrupted `up`, the next one finds its own environment
 * variables again. People who look at the Deployment's environment variables see where they come from.
 */
export const OWNERS = "AIRFLOW_SECRETS_BACKENDS_OWNERS";

type Owners = Readonly<Record<string, readonly string[]>>;

export interface Ownership {
    /** Who sets the environment variables: `<project>/<stack>/<Deployment>`. */
    readonly owner: string;
    /** Names that the Pulumi state records as set by us. Used if somebody removed the list of owners from Houston. */
    readonly keysInState?: readonly string[];
}

export interface Conflict {
    readonly key: string;
    /** `undefined` if the list of owners does not have the key. */
    readonly owner: string | undefined;
    /** What it does, if it is not one of the names that we set, but overrides ours. */
    readonly effect?: string;
}

/** Returns the environment variables among `keys` that somebody else set. */
export function findConflicts(live: readonly Variable[], keys: readonly string[], ownership: Ownership): Conflict[] {
    const ours = ownedKeys(live, ownership);
    const owners = parseOwners(live);
    // If the value is not a list of owners, we cannot add to it, so it is a conflict itself.
    const wanted = owners === undefined ? [OWNERS, ...keys] : keys;
    return wanted
        .filter((key) => !ours.has(key) && live.some((variable) => variable.key === key))
        .map((key) => ({ key, owner: ownerOf(key, owners ?? {}) }));
}

/** Returns the environment variables that somebody else set and that override ours. */
export function findOverriding(
    live: readonly Variable[],
    overriddenBy: readonly OverridingVariable[],
    ownership: Ownership,
): Conflict[] {
    const ours = ownedKeys(live, ownership);
    const owners = parseOwners(live) ?? {};
    return live.flatMap(({ key, value, isSecret }) => {
        // The value of a secret is not known.
        const found = overridingVariable(overriddenBy, key, isSecret ? undefined : value);
        return found === undefined || ours.has(key) ? [] : [{ key, owner: ownerOf(key, owners), effect: found.effect }];
    });
}

/**
 * Returns all environment variables after setting ours to `wanted`. Other people's are kept, except those in
 * `takenOver`; ours that are not in `wanted` are removed.
 */
export function mergeOwned(
    live: readonly Variable[],
    wanted: readonly Variable[],
    ownership: Ownership,
    takenOver: readonly string[] = [],
): Variable[] {
    const ours = ownedKeys(live, ownership);
    const keys = wanted.map(({ key }) => key);
    const gone = [...keys, ...takenOver];
    const kept = live.filter(({ key }) => key !== OWNERS && !ours.has(key) && !gone.includes(key));
    const others = withoutOwner(parseOwners(live) ?? {}, ownership.owner, gone);
    return [...kept.map(withoutSecretValue), ...wanted, ...ownersVariable({ ...others, [ownership.owner]: keys })];
}

/** Returns all environment variables without ours; `undefined` if none of them is ours. */
export function removeOwned(live: readonly Variable[], ownership: Ownership): Variable[] | undefined {
    const owners = parseOwners(live);
    const ours = ownedKeys(live, ownership);
    const isListed = owners !== undefined && Object.hasOwn(owners, ownership.owner);
    if (!isListed && !live.some(({ key }) => ours.has(key))) {
        return undefined;
    }
    const kept = live.filter(({ key }) => !ours.has(key) && (key !== OWNERS || owners === undefined));
    return [...kept.map(withoutSecretValue), ...ownersVariable(withoutOwner(owners ?? {}, ownership.owner, []))];
}

/**
 * Describes how the live environment variables differ from those that we set, by name. The value of a secret cannot be
 * compared.
 */
export function findDrift(
    live: readonly Variable[],
    set: readonly Variable[],
    ownership: Ownership,
): Record<string, string> {
    const listed = parseOwners(live)?.[ownership.owner] ?? [];
    const found = set.flatMap(({ key, value, isSecret }): [string, string][] => {
        const variable = live.find((each) => each.key === key);
        if (variable === undefined) {
            return [[key, "missing"]];
        }
        if (variable.isSecret !== isSecret) {
            return [[key, isSecret ? "no longer marked secret" : "marked secret"]];
        }
        if (!isSecret && variable.value !== value) {
            return [[key, "another value"]];
        }
        return listed.includes(key) ? [] : [[OWNERS, "does not list all env vars that this stack sets"]];
    });
    return Object.fromEntries(found);
}

/**
 * Returns the names of our environment variables: those that the list of owners has for us, and those in the state that
 * nobody else has taken over.
 */
function ownedKeys(live: readonly Variable[], { owner, keysInState = [] }: Ownership): ReadonlySet<string> {
    const owners = parseOwners(live) ?? {};
    const free = keysInState.filter((key) => [undefined, owner].includes(ownerOf(key, owners)));
    return new Set([...(owners[owner] ?? []), ...free]);
}

function ownerOf(key: string, owners: Owners): string | undefined {
    return Object.keys(owners).find((owner) => owners[owner]?.includes(key));
}

/** Parses the list of owners. Returns an empty one if it is missing; `undefined` if the value is something else. */
function parseOwners(live: readonly Variable[]): Owners | undefined {
    const text = live.find(({ key }) => key === OWNERS)?.value;
    if (text === undefined) {
        return {};
    }
    const found = parseJson(text);
    return isOwners(found) ? found : undefined;
}

function isOwners(found: unknown): found is Owners {
    const isNames = (names: unknown): boolean =>
        Array.isArray(names) && names.every((name) => typeof name === "string" && name !== OWNERS);
    return isMapping(found) && Object.values(found).every(isNames);
}

/** Returns the list of owners without `owner`, and without `takenOver` for the other owners. */
function withoutOwner(owners: Owners, owner: string, takenOver: readonly string[]): Owners {
    const remaining = Object.entries(owners)
        .filter(([name]) => name !== owner)
        .map(([name, keys]) => [name, keys.filter((key) => !takenOver.includes(key))] as const)
        .filter(([, keys]) => keys.length > 0);
    return Object.fromEntries(remaining);
}

function ownersVariable(owners: Owners): Variable[] {
    const sorted = Object.entries(owners).sort(([one], [other]) => (one < other ? -1 : 1));
    return sorted.length === 0
        ? []
        : [{ key: OWNERS, value: JSON.stringify(Object.fromEntries(sorted)), isSecret: false }];
}

/** Empties the value of a secret that somebody else set, whatever was read: Houston then keeps the stored value. */
function withoutSecretValue(variable: Variable): Variable {
    return variable.isSecret ? { ...variable, value: "" } : variable;
}
