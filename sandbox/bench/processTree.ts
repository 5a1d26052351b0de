import { execa } from "execa";

/** What a command cost. */
export interface Cost {
    readonly seconds: number;
    /** The most that it and all processes below it held at once, in MB. */
    readonly megabytes: number;
}

/** Often enough that a peak of some tenths of a second is seen, seldom enough not to be one itself. */
const SAMPLE_MS = 100;

/** Runs a command to its end. Anything but success is an error with its output. */
export async function measure(
    command: readonly [string, ...string[]],
    options: { readonly cwd: string; readonly env: Record<string, string> },
): Promise<Cost> {
    const [file, ...args] = command;
    const start = performance.now();
    const child = execa(file, args, { ...options, stdin: "ignore", all: true });
    let peak = 0;
    let sampling = Promise.resolve();
    const timer = setInterval(() => {
        sampling = sampling.then(async () => {
            peak = Math.max(peak, await treeMegabytes(child.pid ?? 0));
        });
    }, SAMPLE_MS);
    try {
        await child;
    } finally {
        clearInterval(timer);
    }
    const seconds = (performance.now() - start) / 1000;
    await sampling;
    return { seconds, megabytes: peak };
}

async function treeMegabytes(root: number): Promise<number> {
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
    const kilobytes = processes.filter(([pid]) => tree.has(pid)).reduce((sum, [, , rss]) => sum + rss, 0);
    return kilobytes / 1024;
}
