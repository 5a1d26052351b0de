import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { execa } from "execa";

/** What a command and all processes below it cost. */
export interface Cost {
    /** Until the command itself ended. */
    readonly seconds: number;
    /** CPU time, in user and in kernel mode, of the short-lived ones too. */
    readonly cpuSeconds: number;
    /** The most that they held at once, in MB of resident memory. What some share counts for each. */
    readonly megabytes: number;
}

/** Often enough that a peak of some tenths of a second is seen, seldom enough not to be one itself. */
export const SAMPLE_MS = 100;

/** Runs a command to its end. Anything but success is an error with its output. */
export async function measure(
    command: readonly [string, ...string[]],
    options: { readonly cwd: string; readonly env?: Readonly<Record<string, string>> },
): Promise<Cost> {
    const child = execa("python3", [join(__dirname, "measured.py"), ...command], {
        ...options,
        stdio: ["ignore", "pipe", "pipe", "pipe"],
        all: true,
    });
    const ended = new AbortController();
    const [{ stdio }, megabytes] = await Promise.all([
        child.finally(() => {
            ended.abort();
        }),
        peakMegabytes(child.pid ?? 0, ended.signal),
    ]);
    return { ...(JSON.parse(stdio[3]) as Omit<Cost, "megabytes">), megabytes };
}

/** One look after the other, however long `ps` takes on a busy machine. */
async function peakMegabytes(root: number, ended: AbortSignal): Promise<number> {
    let peak = 0;
    while (!ended.aborted) {
        peak = Math.max(peak, await megabytesBelow(root));
        await setTimeout(SAMPLE_MS);
    }
    return peak;
}

/** What the processes below this one hold. */
async function megabytesBelow(root: number): Promise<number> {
    const { stdout } = await execa("ps", ["-eo", "pid=,ppid=,rss="]);
    const processes = stdout
        .split("\n")
        .map((line) => line.trim().split(/\s+/).map(Number) as [number, number, number]);
    const tree = new Set([root]);
    // A child's number may be lower than its parent's: look until nothing is added.
    for (let before = 0; before < tree.size;) {
        before = tree.size;
        for (const [pid, parent] of processes) {
            if (tree.has(parent)) {
                tree.add(pid);
            }
        }
    }
    const kilobytes = processes
        .filter(([pid]) => pid !== root && tree.has(pid))
        .reduce((sum, [, , rss]) => sum + rss, 0);
    return kilobytes / 1024;
}
