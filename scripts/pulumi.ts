import { resolve } from "node:path";
import { execa } from "execa";
import { CommandError } from "./command";

export const projectDir = resolve(__dirname, "..");

export interface PulumiResult {
    readonly code: number;
    readonly stdout: string;
    readonly stderr: string;
    /** Standard output and standard error, interleaved. */
    readonly all: string;
}

export interface PulumiOptions {
    /** Whether to also print Pulumi's output to standard error while it runs. Default: false. */
    readonly show?: boolean;
    /** Environment variables in addition to this process's own. */
    readonly env?: Readonly<Record<string, string>>;
    /** Folder of the Pulumi project. Default: this project. */
    readonly cwd?: string;
}

/** Pulumi's exit code for an interrupted command. */
export const CANCELLED = 8;

/**
 * Runs `pulumi` and returns its output, whatever its exit code. If this process is interrupted, Pulumi gets exactly one
 * SIGINT and is waited for. It runs in its own process group, since a terminal would send it Ctrl-C as well, and a
 * second one makes Pulumi terminate immediately.
 *
 * @throws CommandError if `pulumi` is not installed or this process was interrupted
 */
export async function pulumi(
    args: readonly string[],
    { show = false, env = {}, cwd = projectDir }: PulumiOptions = {},
): Promise<PulumiResult> {
    const child = execa("pulumi", [...args, "--non-interactive"], {
        cwd,
        env,
        stdin: "ignore",
        stdout: show ? ["pipe", process.stderr] : "pipe",
        stderr: show ? ["pipe", process.stderr] : "pipe",
        all: true,
        // Its own process group.
        detached: true,
        cleanup: false,
        reject: false,
    });
    const received = { signal: undefined as NodeJS.Signals | undefined };
    const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
    const forward = (signal: NodeJS.Signals): void => {
        if (received.signal === undefined) {
            received.signal = signal;
            child.kill("SIGINT");
        }
    };
    signals.forEach((signal) => process.on(signal, forward));
    try {
        const { exitCode, stdout, stderr, all, code } = await child;
        if (code === "ENOENT") {
            throw new CommandError("pulumi is not on PATH: https://www.pulumi.com/docs/iac/download-install/");
        }
        if (received.signal !== undefined) {
            throw new CommandError(`interrupted: pulumi ${args[0] ?? ""} has shut down`, CANCELLED);
        }
        return { code: exitCode ?? 1, stdout, stderr, all };
    } finally {
        signals.forEach((signal) => process.off(signal, forward));
    }
}

/**
 * Runs `pulumi` and returns its standard output.
 *
 * @throws CommandError with Pulumi's message if it fails
 */
export async function pulumiOrThrow(args: readonly string[], options?: PulumiOptions): Promise<string> {
    const { code, stdout, stderr } = await pulumi(args, options);
    if (code !== 0) {
        const message = (options?.show === true ? "" : `:\n${(stderr || stdout).trim()}`) || ".";
        throw new CommandError(`pulumi ${args.slice(0, 2).join(" ")} failed (exit code ${code})${message}`, code);
    }
    return stdout;
}
