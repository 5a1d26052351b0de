/** Prints progress to standard error: standard output is for a command's result. */
export function log(line: string): void {
    process.stderr.write(`sandbox: ${line}\n`);
}

/** Runs `work`. Logs its start, its duration, and every 30 seconds that it is still running. */
export async function step<T>(what: string, work: () => Promise<T>): Promise<T> {
    const start = performance.now();
    const seconds = (): string => ((performance.now() - start) / 1000).toFixed(1);
    log(`${what} …`);
    const reminder = setInterval(() => {
        log(`${what} … ${seconds()} s so far`);
    }, 30_000);
    try {
        const result = await work();
        log(`${what}: done in ${seconds()} s`);
        return result;
    } finally {
        clearInterval(reminder);
    }
}

/** An error whose message is all that the user needs: it is printed without a stack trace. */
export class SandboxError extends Error {}
