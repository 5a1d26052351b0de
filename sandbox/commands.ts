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

/** A process that has to end before the services do. */
export interface Foreground {
    readonly pid: number;
    /** Whether it leads a process group of its own. */
    readonly leads: boolean;
}

export interface RunOptions {
    readonly env: Record<string, string>;
    /** Shares the terminal. */
    readonly interactive: boolean;
    /** Told of the process when it starts, so that it is ended even when this one is killed, and without when it has ended. */
    readonly adopt: (foreground?: Foreground) => void;
}

/**
 * Runs a command and gives its exit code.
 *
 * Unless it shares the terminal, the command gets a process group of its own and one signal for each of ours: Pulumi
 * takes a second Ctrl-C, which a terminal would send it besides, for an order to drop everything.
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
        options.adopt({ pid: child.pid, leads: !interactive });
    }
    let told = false;
    foreground = {
        kill: (signal) => {
            told = true;
            if (child.pid !== undefined && child.exitCode === null && !(interactive && signal === "SIGINT")) {
                // As a terminal would, to the command and what it has started.
                process.kill(interactive ? child.pid : -child.pid, signal);
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
        options.adopt();
    });
}
