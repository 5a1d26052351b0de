import { isMapping, parsedJson } from "../../../lib/json";

/**
 * What becomes of a Deployment's variables. Houston takes them as a whole: whatever is missing from the list is deleted,
 * and a secret with an empty value keeps the one that is stored. Pure: the calls are in `deployment.ts`.
 */

export interface Variable {
    readonly key: string;
    /** Of a secret, Houston gives an empty text. */
    readonly value: string;
    readonly isSecret: boolean;
}

/**
 * The variable in which we write down who set what, since Houston has no field for it: a JSON object, the names of the
 * variables by owner. By it an `up` that was interrupted finds its own again, and whoever looks at the Deployment's
 * variables sees where ours come from.
 */
export const OWNERS = "AIRFLOW_SECRETS_BACKENDS_OWNERS";

type Owners = Readonly<Record<string, readonly string[]>>;

export interface Claim {
    /** Who sets the variables: `<project>/<stack>/<Deployment>`. */
    readonly owner: string;
    /** What was set before, as far as is remembered elsewhere: someone may have removed the list of owners. */
    readonly remembered?: readonly string[];
}

export interface Conflict {
    readonly key: string;
    /** Nothing where it is not written down. */
    readonly owner: string | undefined;
}

/** Which of the variables that are to be set are somebody else's. */
export function conflicts(live: readonly Variable[], keys: readonly string[], claim: Claim): Conflict[] {
    const ours = ownKeys(live, claim);
    const owners = ownersIn(live);
    // Something else in the place of the list cannot be added to.
    const wanted = owners === undefined ? [OWNERS, ...keys] : keys;
    return wanted
        .filter((key) => !ours.has(key) && live.some((variable) => variable.key === key))
        .map((key) => ({ key, owner: ownerOf(key, owners ?? {}) }));
}

/** The whole set with ours in it. Whatever else is there stays; of ours, what is no longer wanted goes. */
export function withOurs(live: readonly Variable[], wanted: readonly Variable[], claim: Claim): Variable[] {
    const ours = ownKeys(live, claim);
    const keys = wanted.map(({ key }) => key);
    const kept = live.filter(({ key }) => key !== OWNERS && !ours.has(key) && !keys.includes(key));
    const others = without(ownersIn(live) ?? {}, claim.owner, keys);
    return [...kept.map(asItIs), ...wanted, ...ownersVariable({ ...others, [claim.owner]: keys })];
}

/** The whole set without ours; nothing where none of ours is there. */
export function withoutOurs(live: readonly Variable[], claim: Claim): Variable[] | undefined {
    const owners = ownersIn(live);
    const ours = ownKeys(live, claim);
    const isListed = owners !== undefined && Object.hasOwn(owners, claim.owner);
    if (!isListed && !live.some(({ key }) => ours.has(key))) {
        return undefined;
    }
    const kept = live.filter(({ key }) => !ours.has(key) && (key !== OWNERS || owners === undefined));
    return [...kept.map(asItIs), ...ownersVariable(without(owners ?? {}, claim.owner, []))];
}

/** How the live variables differ from what we set, in words by name. The value of a secret cannot be compared. */
export function drift(live: readonly Variable[], set: readonly Variable[], claim: Claim): Record<string, string> {
    const listed = ownersIn(live)?.[claim.owner] ?? [];
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
        return listed.includes(key) ? [] : [[OWNERS, "does not name all of ours"]];
    });
    return Object.fromEntries(found);
}

/** What is ours: what is written down for us, and what we remember and nobody else has taken over. */
function ownKeys(live: readonly Variable[], { owner, remembered = [] }: Claim): ReadonlySet<string> {
    const owners = ownersIn(live) ?? {};
    const free = remembered.filter((key) => [undefined, owner].includes(ownerOf(key, owners)));
    return new Set([...(owners[owner] ?? []), ...free]);
}

function ownerOf(key: string, owners: Owners): string | undefined {
    return Object.keys(owners).find((owner) => owners[owner]?.includes(key));
}

/** Nothing where something else is in its place. */
function ownersIn(live: readonly Variable[]): Owners | undefined {
    const text = live.find(({ key }) => key === OWNERS)?.value;
    if (text === undefined) {
        return {};
    }
    const found = parsedJson(text);
    return isOwners(found) ? found : undefined;
}

function isOwners(found: unknown): found is Owners {
    const isNames = (names: unknown): boolean =>
        Array.isArray(names) && names.every((name) => typeof name === "string" && name !== OWNERS);
    return isMapping(found) && Object.values(found).every(isNames);
}

/** The list without `owner`, and without what somebody else has taken over. */
function without(owners: Owners, owner: string, taken: readonly string[]): Owners {
    const left = Object.entries(owners)
        .filter(([name]) => name !== owner)
        .map(([name, keys]) => [name, keys.filter((key) => !taken.includes(key))] as const)
        .filter(([, keys]) => keys.length > 0);
    return Object.fromEntries(left);
}

function ownersVariable(owners: Owners): Variable[] {
    const sorted = Object.entries(owners).sort(([one], [other]) => (one < other ? -1 : 1));
    return sorted.length === 0
        ? []
        : [{ key: OWNERS, value: JSON.stringify(Object.fromEntries(sorted)), isSecret: false }];
}

/** A secret of somebody else's is sent back empty, whatever was read: Houston then keeps what it has. */
function asItIs(variable: Variable): Variable {
    return variable.isSecret ? { ...variable, value: "" } : variable;
}
