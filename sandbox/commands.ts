import { spawn } from "node:child_process";
import { constants } from "node:os";
import { projectDir } from "./paths";
import { SandboxError } from "./progress";

/** The running foreground command. Signals are forwarded to it first. */
let foreground: { readonly kill: (signal: NodeJS.Signals) => void } | undefined;

/**
 * Forwards a signal to the foreground command. Returns false if there is none; if true, the command has to end before
 * the services are stopped.
 */
export function forwardSignal(signal: NodeJS.Signals): boolean {
    foreground?.kill(signal);
    return foreground !== undefined;
}

/** A process that has to end before the services are stopped. */
export interface Foreground {
    readonly pid: number;
    /** Whether the process leads its own process group. */
    readonly isGroupLeader: boolean;
}

export interface RunOptions {
    readonly env: Record<string, string>;
    /** Whether the command shares the terminal. */
    readonly interactive: boolean;
    /**
     * Called with the process when it starts, so that it is ended even if this process is killed. Called without it
     * when it has ended.
     */
    readonly setForeground: (foreground?: Foreground) => void;
}

/**
 * Runs a command and returns its exit code.
 *
 * Unless it shares the terminal, the command gets its own process group, so that it receives exactly one signal for
 * each signal to this process. A terminal would send Ctrl-C to the command as well, and Pulumi aborts at once on a
 * second one.
 *
 * @throws SandboxError if the command cannot be started
 */
export function run([command, ...args]: readonly [string, ...string[]], options: RunOptions): Promise<number> {
    const interactive = options.interactive && process.stdin.isTTY;
    const child = spawn(command, args, {
        cwd: projectDir,
        env: { ...process.env, ...options.env },
        detached: !interactive,
        stdio: [options.interactive ? "inherit" : "ignore", "inherit", "inherit"],
    });
    if (child.pid !== undefined) {
        options.setForeground({ pid: child.pid, isGroupLeader: !interactive });
    }
    let signalled = false;
    foreground = {
        kill: (signal) => {
            signalled = true;
            if (child.pid !== undefined && child.exitCode === null && !(interactive && signal === "SIGINT")) {
                // A negative pid signals the whole process group, as a terminal does.
                process.kill(interactive ? child.pid : -child.pid, signal);
            }
        },
    };
    return new Promise<number>((resolve, reject) => {
        child.once("error", (error) => {
            reject(new SandboxError(`cannot run ${command}: ${error.message}`));
        });
        child.once("exit", (code, signal) => {
            // A command that was told to stop did not finish its job, even if it exits with 0.
            const exitCode = code ?? 128 + (signal === null ? 0 : constants.signals[signal]);
            resolve(signalled && exitCode === 0 ? 130 : exitCode);
        });
    }).finally(() => {
        foreground = undefined;
        options.setForeground();
    });
}
