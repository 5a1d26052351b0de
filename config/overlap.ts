/**
 * Finds Deployments that could read each other's secrets. A grant covers every name that starts with its prefix, so two
 * grants overlap if one prefix starts with the other. Independent of the kind of backend: each kind renders its own
 * prefixes.
 */

/** The secrets that a Deployment's grant covers. */
export interface Reach {
    /** The store that contains the secrets. Prefixes in different stores never overlap. */
    readonly store: string;
    /** Prefixes of the names of all secrets that it may read, with the separator, e.g. `secret/my-scope/variables/`. */
    readonly prefixes: readonly string[];
    /** Whether an overlap with another Deployment that also sets this is allowed. */
    readonly shareSecrets: boolean;
}

/**
 * Returns a prefix of each of the two that overlap; `undefined` if none do, or if the two may share their secrets.
 */
export function overlappingPrefixes(one: Reach, other: Reach): readonly [string, string] | undefined {
    if (one.store !== other.store || (one.shareSecrets && other.shareSecrets)) {
        return undefined;
    }
    const pairs = one.prefixes.flatMap((a) => other.prefixes.map((b) => [a, b] as const));
    return pairs.find(([a, b]) => a.startsWith(b) || b.startsWith(a));
}

/** Two indexes of the list that was passed in, and the prefixes of each that overlap. */
export interface Overlap {
    readonly members: readonly [number, number];
    readonly prefixes: readonly [string, string];
}

/**
 * Returns pairs of overlapping Deployments. Each Deployment that overlaps with another is in at least one pair,
 * together with the first one found. So there are at most as many pairs as Deployments, even if there are many more
 * overlaps.
 */
export function findOverlaps(reaches: readonly Reach[]): Overlap[] {
    const firsts = new Map<number, Overlap>();
    // Groups are sorted. `open`: the earlier groups whose prefix encloses the current group's.
    let open: Group[] = [];
    for (const group of groupsOf(reaches)) {
        open = open.filter((outer) => outer.store === group.store && group.prefix.startsWith(outer.prefix));
        open.push(group);
        for (const outer of open) {
            pairUp(outer, group, firsts);
            pairUp(group, outer, firsts);
        }
    }
    const pairs = new Map<string, Overlap>();
    for (const [, overlap] of [...firsts].sort(([a], [b]) => a - b)) {
        // If two are each other's first, they are one pair.
        const key = [...overlap.members].sort((a, b) => a - b).join();
        pairs.set(key, pairs.get(key) ?? overlap);
    }
    return [...pairs.values()];
}

/** All Deployments with the same prefix, as indexes in ascending order. */
interface Group {
    readonly store: string;
    readonly prefix: string;
    readonly all: number[];
    /** The ones without `shareSecrets`. */
    readonly private: number[];
    /**
     * The ones without a pair so far. A Deployment that has a pair is not checked again: the search is not quadratic.
     */
    unpaired: { sharing: number[]; private: number[] };
}

function groupsOf(reaches: readonly Reach[]): Group[] {
    const groups = new Map<string, Group>();
    reaches.forEach(({ store, prefixes, shareSecrets }, index) => {
        for (const prefix of new Set(prefixes)) {
            const key = JSON.stringify([store, prefix]);
            const group = groups.get(key) ?? {
                ...{ store, prefix, all: [], private: [] },
                unpaired: { sharing: [], private: [] },
            };
            groups.set(key, group);
            group.all.push(index);
            group.unpaired[shareSecrets ? "sharing" : "private"].push(index);
            if (!shareSecrets) {
                group.private.push(index);
            }
        }
    });
    return [...groups.values()].sort((a, b) => compare(a.store, b.store) || compare(a.prefix, b.prefix));
}

/** Compares code units, not by locale: only that keeps all strings with a common prefix together. */
function compare(a: string, b: string): number {
    return a < b ? -1 : a > b ? 1 : 0;
}

/** Pairs each unpaired member of `group` with the first member of `other` that it overlaps with. */
function pairUp(group: Group, other: Group, firsts: Map<number, Overlap>): void {
    /** Returns whether the member is still unpaired. */
    const tryToPair = (candidates: readonly number[]) => (member: number) => {
        const first = candidates[0] === member ? candidates[1] : candidates[0];
        if (first !== undefined && !firsts.has(member)) {
            firsts.set(member, { members: [member, first], prefixes: [group.prefix, other.prefix] });
        }
        return first === undefined;
    };
    const { unpaired } = group;
    group.unpaired = {
        private: unpaired.private.filter(tryToPair(other.all)),
        // Deployments that share overlap only with the ones that do not. Without any of those, skip the list.
        sharing: other.private.length === 0 ? unpaired.sharing : unpaired.sharing.filter(tryToPair(other.private)),
    };
}
