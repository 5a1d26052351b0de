import { resolve } from "node:path";
import { CommanderError, type Command } from "commander";

/** What ends a command with words for its user, and no stack trace. */
export class CommandError extends Error {
    /** @param exitCode as Pulumi's own: 2 for a mistake in the configuration, 8 for a command that was told to stop */
    constructor(
        message: string,
        readonly exitCode = 1,
    ) {
        super(message);
    }
}

/** What a person or CI reads besides a command's result. */
export function say(line: string): void {
    process.stderr.write(`${line}\n`);
}

/** The path that a user means: npm changes into the project's folder before it runs anything. */
export function userPath(path: string): string {
    return resolve(process.env.INIT_CWD ?? ".", path);
}

/** Runs a command on this process's arguments, which are then in its `opts()`; what it does gives the exit code. */
export function runCommand(command: Command, action: () => Promise<number>): void {
    command
        .exitOverride()
        .showHelpAfterError()
        .allowExcessArguments(false)
        .action(async () => {
            process.exitCode = await action();
        })
        .parseAsync()
        .catch((error: unknown) => {
            if (error instanceof CommanderError) {
                // What was said wrong is a mistake in the configuration; --help is none.
                process.exitCode = error.exitCode === 0 ? 0 : 2;
            } else {
                say(error instanceof CommandError ? error.message : String((error as Error).stack ?? error));
                process.exitCode = error instanceof CommandError ? error.exitCode : 1;
            }
        });
}
