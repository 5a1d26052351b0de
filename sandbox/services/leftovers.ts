import { readFile, rm } from "node:fs/promises";
import { execa } from "execa";
import { log } from "../progress";

/** A process that was started, and what tells it from a later one that got the same number. */
export interface Running {
    readonly pid: number;
    readonly identity: string;
}

/**
 * What the process runs, with its arguments, which name ports and folders of this sandbox; empty where it is gone. Its
 * starting time would say more, but `ps` works it out anew at each call and is a second off now and then.
 */
export async function identify(pid: number): Promise<string> {
    const { stdout } = await execa("ps", ["-ww", "-o", "args=", "-p", String(pid)], { reject: false });
    return stdout.trim();
}

/** Ends what an earlier command left running when its guard was killed: the guard's list names our own processes only. */
export async function endLeftovers(list: string): Promise<void> {
    const text = await readFile(list, "utf8").catch((error: unknown) => {
        if ((error as NodeJS.ErrnoException).code === "ENOENT") {
            return "[]";
        }
        throw error;
    });
    for (const { pid, identity } of JSON.parse(text) as Running[]) {
        if (identity !== "" && (await identify(pid)) === identity) {
            log(`ending process ${pid} that an earlier command left behind`);
            await end(pid, identity);
        }
    }
    await rm(list, { force: true });
}

async function end(pid: number, identity: string): Promise<void> {
    process.kill(pid, "SIGTERM");
    const giveUp = performance.now() + 15_000;
    while ((await identify(pid)) === identity) {
        if (performance.now() > giveUp) {
            process.kill(pid, "SIGKILL");
        }
        await new Promise((resolve) => setTimeout(resolve, 100));
    }
}
