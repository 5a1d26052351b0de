/** Reads Pulumi's locks on a stack from its error message. Only self-managed state backends have these locks. */

export interface StackLock {
    readonly user: string;
    readonly host: string;
    readonly pid: number;
    readonly since: Date;
}

/** Who runs this command and where, to find out whether the process that holds a lock still runs. */
export interface CurrentHost {
    /** `undefined` if it is not known. */
    readonly user: string | undefined;
    readonly host: string;
    /** Whether other machines have the same name and the same users, as in CI. */
    readonly isShared: boolean;
    readonly now: Date;
    readonly isRunning: (pid: number) => boolean;
}

/** A container may have its machine's name, but sees other processes. Most runs have ended by then. */
const MINIMUM_AGE_MS = 10 * 60_000;
/** A GitHub Actions job ends after at most six hours, together with all its processes. */
const MINIMUM_AGE_SHARED_MS = 6 * 3_600_000;

/** Returns the locks because of which Pulumi failed; none if it failed for another reason. */
export function locksIn(output: string): StackLock[] {
    if (!/the stack is currently locked by \d+ lock\(s\)/.test(output)) {
        return [];
    }
    const found = output.matchAll(/created by (\S+)@([^\s@]+) \(pid (\d+)\) at (\S+)/g);
    return [...found].map(([, user = "", host = "", pid = "", since = ""]) => ({
        user,
        host,
        pid: Number(pid),
        since: new Date(since),
    }));
}

/**
 * Whether the process that created the lock certainly no longer runs: only its own user on its own machine can tell, and
 * only after a while. Age alone proves nothing.
 */
export function isStale({ user, host, pid, since }: StackLock, current: CurrentHost): boolean {
    const age = current.now.getTime() - since.getTime();
    const isOld = age > (current.isShared ? MINIMUM_AGE_SHARED_MS : MINIMUM_AGE_MS);
    return isOld && user === current.user && host === current.host && !current.isRunning(pid);
}

/** Describes who holds the locks and what to do. */
export function describeLocks(stack: string, locks: readonly StackLock[]): string {
    const holders = locks.map(
        ({ user, host, pid, since }) => `${user}@${host} (pid ${pid}) since ${since.toISOString()}`,
    );
    return (
        `is locked by ${holders.join(", ")}: wait until it has finished, or, if it no longer runs, run pulumi cancel ` +
        `--stack ${stack}. Then try again`
    );
}
