import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { execa } from "execa";

/** What a command and all its child processes cost. */
export interface Cost {
    /** Wall-clock time until the command itself exits. */
    readonly seconds: number;
    /** CPU time in user and kernel mode, including short-lived child processes. */
    readonly cpuSeconds: number;
    /** Peak of their total resident memory, in MB. Shared memory is counted once per process. */
    readonly megabytes: number;
}

/** Short enough to see a peak of a few tenths of a second, long enough not to cause one. */
export const SAMPLE_MS = 100;

/**
 * Runs a command to its end and measures it.
 *
 * @throws ExecaError with the command's output if the command fails
 */
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

/** Returns the peak until `ended`. Takes one sample after the other, however long `ps` takes on a busy machine. */
async function peakMegabytes(root: number, ended: AbortSignal): Promise<number> {
    let peak = 0;
    while (!ended.aborted) {
        peak = Math.max(peak, await megabytesBelow(root));
        await setTimeout(SAMPLE_MS);
    }
    return peak;
}

/** Returns the total resident memory of all descendants of process `root`, in MB. */
async function megabytesBelow(root: number): Promise<number> {
    const { stdout } = await execa("ps", ["-eo", "pid=,ppid=,rss="]);
    const processes = stdout
        .split("\n")
        .map((line) => line.trim().split(/\s+/).map(Number) as [number, number, number]);
    const tree = new Set([root]);
    // A child's pid may be lower than its parent's: repeat until nothing is added.
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
