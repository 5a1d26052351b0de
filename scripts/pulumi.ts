import { resolve } from "node:path";
import { execa } from "execa";
import { CommandError } from "./command";

export const projectDir = resolve(__dirname, "..");

export interface PulumiResult {
    readonly code: number;
    readonly stdout: string;
    readonly stderr: string;
    /** Standard output and error, as they came. */
    readonly all: string;
}

export interface PulumiOptions {
    /** Also let the user see what Pulumi prints, as it comes, on standard error. */
    readonly show?: boolean;
    /** Beside this process's own. */
    readonly env?: Readonly<Record<string, string>>;
    /** Folder of the Pulumi project; without it, this one's. */
    readonly cwd?: string;
}

/** Pulumi's exit code for a command that was told to stop. */
export const CANCELLED = 8;

/**
 * Runs `pulumi` and gives what it said, whatever its exit code. The engine gets one signal for each of
 * ours and is waited for: it takes a second Ctrl-C, which a terminal would send it besides, for an order to drop
 * everything.
 *
 * @throws CommandError where there is no `pulumi`, or when this process was told to stop meanwhile
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
        // A process group of its own.
        detached: true,
        cleanup: false,
        reject: false,
    });
    const told = { to: undefined as NodeJS.Signals | undefined };
    const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
    const pass = (signal: NodeJS.Signals): void => {
        if (told.to === undefined) {
            told.to = signal;
            child.kill("SIGINT");
        }
    };
    signals.forEach((signal) => process.on(signal, pass));
    try {
        const { exitCode, stdout, stderr, all, code } = await child;
        if (code === "ENOENT") {
            throw new CommandError("pulumi is not on PATH: https://www.pulumi.com/docs/iac/download-install/");
        }
        if (told.to !== undefined) {
            throw new CommandError(`stopped: pulumi ${args[0] ?? ""} was told to end and has`, CANCELLED);
        }
        return { code: exitCode ?? 1, stdout, stderr, all };
    } finally {
        signals.forEach((signal) => process.off(signal, pass));
    }
}

/** The same where anything but success is an error, in Pulumi's own words. Gives standard output. */
export async function succeed(args: readonly string[], options?: PulumiOptions): Promise<string> {
    const { code, stdout, stderr } = await pulumi(args, options);
    if (code !== 0) {
        const words = (options?.show === true ? "" : `:\n${(stderr || stdout).trim()}`) || ".";
        throw new CommandError(`pulumi ${args.slice(0, 2).join(" ")} failed (exit code ${code})${words}`, code);
    }
    return stdout;
}
