import { execa } from "execa";
import { projectDir } from "../../sandbox/paths";
import type { Result } from "./harness";

/** A running command that a test may interrupt. */
export interface Running {
    /** Waits until the output matches. Rejects if the command exits first. */
    waitForOutput(pattern: RegExp): Promise<void>;
    /** Kills the command and all processes that it started with SIGKILL, as a machine failure would. */
    killAll(): Promise<void>;
    readonly ended: Promise<Result>;
    readonly pid: number;
}

/** Starts a command in the project's directory. */
export function startCommand(command: string, args: readonly string[], env: Record<string, string>): Running {
    const child = execa(command, args, { cwd: projectDir, env, reject: false, stdin: "ignore", all: true });
    const { pid } = child;
    if (pid === undefined) {
        throw new Error(`${command} does not start`);
    }
    let output = "";
    child.all.on("data", (chunk: Buffer) => (output += chunk.toString()));
    return {
        pid,
        ended: child.then(({ exitCode, stdout, all }) => ({ code: exitCode ?? -1, stdout, all })),
        waitForOutput: (pattern) =>
            new Promise((resolve, reject) => {
                const check = (): void => {
                    if (pattern.test(output)) {
                        resolve();
                    }
                };
                child.all.on("data", check);
                check();
                void child.then(() => {
                    reject(new Error(`it exited before it printed ${String(pattern)}:\n${output}`));
                });
            }),
        killAll: async () => {
            const started = await descendants(pid);
            [pid, ...started].forEach(kill);
            await child;
        },
    };
}

/** Returns the ids of all processes that the process started, directly or indirectly. */
async function descendants(pid: number): Promise<number[]> {
    const { stdout } = await execa("ps", ["-o", "pid=", "--ppid", String(pid)], { reject: false });
    const children = stdout
        .split("\n")
        .filter((line) => line.trim() !== "")
        .map(Number);
    return [...children, ...(await Promise.all(children.map(descendants))).flat()];
}

function kill(pid: number): void {
    try {
        process.kill(pid, "SIGKILL");
    } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== "ESRCH") {
            throw error;
        }
    }
}
