import { resolve } from "node:path";
import { CommanderError, type Command } from "commander";

/** Ends a command with a message for the user, without a stack trace. */
export class CommandError extends Error {
    /** @param exitCode like Pulumi's: 2 for a configuration error, 8 for an interrupted command. Default: 1 */
    constructor(
        message: string,
        readonly exitCode = 1,
    ) {
        super(message);
    }
}

/** Prints a line for the user or the CI log to standard error. Standard output is for the command's result. */
export function log(line: string): void {
    process.stderr.write(`${line}\n`);
}

/** Resolves a path of the command line. npm runs scripts in the project's folder, not in the user's (`INIT_CWD`). */
export function userPath(path: string): string {
    return resolve(process.env.INIT_CWD ?? ".", path);
}

/** Parses this process's arguments into `command.opts()`, runs the action and exits with the code that it returns. */
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
                // Wrong arguments count as a configuration error. --help is not an error.
                process.exitCode = error.exitCode === 0 ? 0 : 2;
            } else {
                log(error instanceof CommandError ? error.message : String((error as Error).stack ?? error));
                process.exitCode = error instanceof CommandError ? error.exitCode : 1;
            }
        });
}
