import { spawn } from "node:child_process";
import { constants } from "node:os";
import { projectDir } from "./paths";
import { SandboxError } from "./progress";

/** The command that runs in the foreground; a signal goes there first. */
let foreground: { readonly kill: (signal: NodeJS.Signals) => void } | undefined;

/** Whether a signal was passed on to a command in the foreground, which then has to end before the services do. */
export function passOn(signal: NodeJS.Signals): boolean {
    foreground?.kill(signal);
    return foreground !== undefined;
}

/**
 * Runs a command and gives its exit code. Its standard output goes where `stdout` says.
 *
 * Unless it shares the terminal, the command gets a process group of its own and one signal for each of ours: Pulumi
 * takes a second Ctrl-C, which a terminal would send it besides, for an order to drop everything.
 */
export function run(
    [command, ...args]: readonly [string, ...string[]],
    env: Record<string, string>,
    options: { readonly stdout?: "stderr"; readonly interactive?: boolean; readonly cwd?: string } = {},
): Promise<number> {
    const interactive = options.interactive === true && process.stdin.isTTY;
    const child = spawn(command, args, {
        cwd: options.cwd ?? projectDir,
        env: { ...process.env, ...env },
        detached: !interactive,
        stdio: [
            options.interactive === true ? "inherit" : "ignore",
            options.stdout === "stderr" ? 2 : "inherit",
            "inherit",
        ],
    });
    let told = false;
    foreground = {
        kill: (signal) => {
            told = true;
            if (!interactive || signal !== "SIGINT") {
                child.kill(signal);
            }
        },
    };
    return new Promise<number>((resolve, reject) => {
        child.once("error", (error) => {
            reject(new SandboxError(`cannot run ${command}: ${error.message}`));
        });
        child.once("exit", (code, signal) => {
            // A command that was told to stop did not do its job, whatever it says.
            const exitCode = code ?? 128 + (signal === null ? 0 : constants.signals[signal]);
            resolve(told && exitCode === 0 ? 130 : exitCode);
        });
    }).finally(() => {
        foreground = undefined;
    });
}
