/** Pulumi's locks on a stack, in a state backend of one's own: what its error says of them. */

export interface StackLock {
    readonly user: string;
    readonly host: string;
    readonly pid: number;
    readonly since: Date;
}

/** Where we are, to tell whether whoever holds a lock is still there. */
export interface Here {
    /** Nothing where machines share names, as those of CI do. */
    readonly host: string | undefined;
    readonly now: Date;
    readonly isRunning: (pid: number) => boolean;
}

/** A job of GitHub's ends after six hours at most, and what it had begun with it. */
const OLDEST_MS = 6 * 3_600_000;

/** The locks that made Pulumi refuse; none where something else is wrong. */
export function locksIn(said: string): StackLock[] {
    if (!/the stack is currently locked by \d+ lock\(s\)/.test(said)) {
        return [];
    }
    const found = said.matchAll(/created by (\S+)@(\S+) \(pid (\d+)\) at (\S+)/g);
    return [...found].map(([, user = "", host = "", pid = "", since = ""]) => ({
        user,
        host,
        pid: Number(pid),
        since: new Date(since),
    }));
}

/** Whether whoever made the lock is gone for certain. */
export function isStale({ host, pid, since }: StackLock, here: Here): boolean {
    const isOld = here.now.getTime() - since.getTime() > OLDEST_MS;
    return isOld || (host === here.host && !here.isRunning(pid));
}

/** Who holds the stack, and what to do about it. */
export function describeLocks(stack: string, locks: readonly StackLock[]): string {
    const holders = locks.map(
        ({ user, host, pid, since }) => `${user}@${host} (pid ${pid}) since ${since.toISOString()}`,
    );
    return (
        `is locked by ${holders.join(", ")}: wait for it, or, if that is gone, pulumi cancel --stack ${stack}, and run ` +
        "teardown again"
    );
}
