/** Reads Pulumi's locks on a stack from its error message. Only self-managed state backends have these locks. */

export interface StackLock {
    readonly user: string;
    readonly host: string;
    readonly pid: number;
    readonly since: Date;
}

/** The current machine, to find out whether the process that holds a lock still runs. */
export interface CurrentHost {
    /** Host name; `undefined` if machines share names, as in CI. */
    readonly host: string | undefined;
    readonly now: Date;
    readonly isRunning: (pid: number) => boolean;
}

/** A GitHub Actions job ends after at most six hours, together with all its processes. */
const OLDEST_MS = 6 * 3_600_000;

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

/** Whether the process that created the lock certainly no longer runs. */
export function isStale({ host, pid, since }: StackLock, current: CurrentHost): boolean {
    const isOld = current.now.getTime() - since.getTime() > OLDEST_MS;
    return isOld || (host === current.host && !current.isRunning(pid));
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
