/** Shows a stack's credentials: `npm run status -- --stack production`. See docs/status.md. */
import { Command } from "commander";
import { runCommand } from "./command";
import { status } from "./status/run";

interface Options {
    readonly stack: string;
    readonly json?: boolean;
    readonly removeOrphans?: boolean;
}

const command = new Command("npm run status --")
    .description(
        "Shows each Deployment's credential: its age, its next rotation and its end, and what is being retired. Asks " +
            "the services for credentials of the stack's identities that are not in its state (docs/status.md).",
    )
    .requiredOption("--stack <name>", "the stack")
    .option("--json", "print JSON")
    .option(
        "--remove-orphans",
        "delete the credentials that are not in the state, unless a pulumi up runs: an interrupted one, or a person, " +
            "has created them",
    )
    .addHelpText(
        "after",
        `
Without --remove-orphans nothing is changed. With it, pulumi refresh runs first, with no target but the stack itself: it
asks no service anything, but fails if a pulumi up runs, since it needs the stack's lock.

Exit code: 0 if there is nothing to repair, also with warnings; 7 if a credential has ended, or if a service still holds
credentials that the state does not; 1 if a service could not be asked, or if another error occurs; 2 for wrong
arguments or an invalid config; 8 if interrupted.

Example: npm run status -- --stack production
In the sandbox: npm run sandbox -- exec npm run status -- --stack dev`,
    );

runCommand(command, () => {
    const { stack, json = false, removeOrphans = false } = command.opts<Options>();
    return status({ stack, json, removeOrphans });
});
