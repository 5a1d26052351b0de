import { appendFile, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative, resolve } from "node:path";
import type { Context } from "mocha";

/**
 * Prints the duration of each test file at the end of a parallel run. A mocha worker loads one file at a time and runs
 * these hooks around it. Workers inherit the env var with the path of the file that collects the durations.
 */
const collected = (process.env.TEST_FILE_TIMES ??= join(tmpdir(), `test-file-times-${process.pid}`));
const root = resolve(__dirname, "..");
const isWorker = process.env.MOCHA_WORKER_ID !== undefined;
const wholeRun = Date.now();
let start = 0;

export const mochaHooks = {
    beforeAll(): void {
        start = Date.now();
    },
    async afterAll(this: Context): Promise<void> {
        const file = this.test?.parent?.suites[0]?.file;
        if (isWorker && file !== undefined) {
            await appendFile(collected, `${Date.now() - start} ${relative(root, file)}\n`);
        }
    },
};

export async function mochaGlobalTeardown(): Promise<void> {
    const lines = (await readFile(collected, "utf8").catch(() => "")).trim().split("\n");
    await rm(collected, { force: true });
    const times = lines
        .map((line) => /^(\d+) (.*)$/.exec(line))
        .flatMap((found) => (found === null ? [] : [{ ms: Number(found[1]), file: found[2] ?? "" }]));
    // Fast files are summed up, because they would hide the others.
    const slow = times.filter(({ ms }) => ms >= 1000).sort((one, other) => other.ms - one.ms);
    if (times.length === 0) {
        return;
    }
    const seconds = (ms: number): string => (ms / 1000).toFixed(1).padStart(7);
    console.log("Seconds per test file, hooks included:");
    slow.forEach(({ ms, file }) => {
        console.log(`${seconds(ms)}  ${file}`);
    });
    const rest = times.filter(({ ms }) => ms < 1000);
    console.log(`${seconds(rest.reduce((sum, { ms }) => sum + ms, 0))}  ${rest.length} files of less than a second`);
    console.log(`${seconds(Date.now() - wholeRun)}  the whole run`);
}
