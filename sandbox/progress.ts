/** Progress goes to standard error: standard output belongs to what a command answers. */
export function log(line: string): void {
    process.stderr.write(`sandbox: ${line}\n`);
}

/** Says what is being done, does it, and says how long it took; a long one is heard of every half minute. */
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

/** An error whose message tells the user everything: it is printed without a stack trace. */
export class SandboxError extends Error {}
