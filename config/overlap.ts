/**
 * Which Deployments could read each other's secrets. A grant covers everything that begins with its prefix, so two of
 * them overlap when one's prefix starts with the other's. Knows nothing of kinds: each renders its own prefixes.
 */

/** What a Deployment's grant covers. */
export interface Reach {
    /** What the prefixes are names in: those of different stores never overlap. */
    readonly store: string;
    /** The beginnings of the names of all secrets it may read, separator included, e.g. `secret/my-scope/variables/`. */
    readonly prefixes: readonly string[];
    /** Overlaps are meant, with others that say so too. */
    readonly shareSecrets: boolean;
}

/** Two places in the list that was given, and the prefix of each that meets the other's. */
export interface Overlap {
    readonly members: readonly [number, number];
    readonly prefixes: readonly [string, string];
}

/**
 * Every Deployment that overlaps with another is in at least one of the pairs, each with the first that it meets: so
 * there are as many pairs as Deployments at most, however many overlaps.
 */
export function findOverlaps(reaches: readonly Reach[]): Overlap[] {
    const firsts = new Map<number, Overlap>();
    // A group's prefix starts with those of all groups that are open when it comes: sorting puts it right behind them.
    let open: Group[] = [];
    for (const group of groupsOf(reaches)) {
        open = open.filter((outer) => outer.store === group.store && group.prefix.startsWith(outer.prefix));
        open.push(group);
        for (const outer of open) {
            meet(outer, group, firsts);
            meet(group, outer, firsts);
        }
    }
    const pairs = new Map<string, Overlap>();
    for (const [, overlap] of [...firsts].sort(([a], [b]) => a - b)) {
        // Two that are each other's first are one pair.
        const key = [...overlap.members].sort((a, b) => a - b).join();
        pairs.set(key, pairs.get(key) ?? overlap);
    }
    return [...pairs.values()];
}

/** All Deployments with the same prefix. Their lists are in ascending order. */
interface Group {
    readonly store: string;
    readonly prefix: string;
    readonly all: number[];
    /** Those that do not share. */
    readonly private: number[];
    /** Those that have met nobody yet: once met, never looked at again, which keeps the search from being quadratic. */
    waiting: { sharing: number[]; private: number[] };
}

function groupsOf(reaches: readonly Reach[]): Group[] {
    const groups = new Map<string, Group>();
    reaches.forEach(({ store, prefixes, shareSecrets }, index) => {
        for (const prefix of new Set(prefixes)) {
            const key = JSON.stringify([store, prefix]);
            const group = groups.get(key) ?? {
                ...{ store, prefix, all: [], private: [] },
                waiting: { sharing: [], private: [] },
            };
            groups.set(key, group);
            group.all.push(index);
            group.waiting[shareSecrets ? "sharing" : "private"].push(index);
            if (!shareSecrets) {
                group.private.push(index);
            }
        }
    });
    return [...groups.values()].sort((a, b) => compare(a.store, b.store) || compare(a.prefix, b.prefix));
}

/** Not by locale: only code units keep what starts with a prefix together. */
function compare(a: string, b: string): number {
    return a < b ? -1 : a > b ? 1 : 0;
}

/** Gives those of `group` that wait the first of `other` that they overlap with. */
function meet(group: Group, other: Group, firsts: Map<number, Overlap>): void {
    const stillWaiting = (rivals: readonly number[]) => (member: number) => {
        const rival = rivals[0] === member ? rivals[1] : rivals[0];
        if (rival !== undefined && !firsts.has(member)) {
            firsts.set(member, { members: [member, rival], prefixes: [group.prefix, other.prefix] });
        }
        return rival === undefined;
    };
    const { waiting } = group;
    group.waiting = {
        private: waiting.private.filter(stillWaiting(other.all)),
        // Who shares overlaps only with those who do not: with nobody here, the list is not even looked at.
        sharing: other.private.length === 0 ? waiting.sharing : waiting.sharing.filter(stillWaiting(other.private)),
    };
}
