import { readFile, rm } from "node:fs/promises";
import { execa } from "execa";
import { log } from "../progress";

/** A process that was started, and what distinguishes it from a later process with the same pid. */
export interface RunningProcess {
    readonly pid: number;
    readonly identity: string;
}

/**
 * Returns the process' command line, which contains ports and folders of this sandbox; empty if there is no such
 * process. The start time would be more precise, but `ps` computes it anew at each call and is sometimes off by a
 * second.
 */
export async function identify(pid: number): Promise<string> {
    const { stdout } = await execa("ps", ["-ww", "-o", "args=", "-p", String(pid)], { reject: false });
    return stdout.trim();
}

/**
 * Ends processes that an earlier command left running because its guard was killed. `list` is the path of that guard's
 * list, which names only processes that it started.
 */
export async function endLeftovers(list: string): Promise<void> {
    const text = await readFile(list, "utf8").catch((error: unknown) => {
        if ((error as NodeJS.ErrnoException).code === "ENOENT") {
            return "[]";
        }
        throw error;
    });
    for (const { pid, identity } of JSON.parse(text) as RunningProcess[]) {
        if (identity !== "" && (await identify(pid)) === identity) {
            log(`ending process ${pid} that an earlier command left behind`);
            await end(pid, identity);
        }
    }
    await rm(list, { force: true });
}

async function end(pid: number, identity: string): Promise<void> {
    process.kill(pid, "SIGTERM");
    const deadline = performance.now() + 15_000;
    while ((await identify(pid)) === identity) {
        if (performance.now() > deadline) {
            process.kill(pid, "SIGKILL");
        }
        await new Promise((resolve) => setTimeout(resolve, 100));
    }
}
