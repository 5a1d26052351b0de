/** Tears down test stacks: `npm run teardown -- --stack pr-123`. See docs/teardown.md. */
import { Command } from "commander";
import { CommandError, runCommand } from "./command";
import { tearDownStacks } from "./teardown/run";

interface Options {
    readonly stack?: readonly string[];
    readonly expired?: boolean;
    readonly dryRun?: boolean;
}

const command = new Command("npm run teardown --")
    .description(
        "Destroys test stacks and everything they created. Never touches a stack without `expires` (docs/teardown.md).",
    )
    .option("--stack <name>", "tear down this stack, expired or not; can be repeated", collect)
    .option("--expired", "tear down every expired stack of this project")
    .option("--dry-run", "only print what would be done")
    .addHelpText(
        "after",
        `
Exit code: 0 if no selected stack is left, and with --dry-run; 1 if one is left, and the table says why; 2 for wrong
arguments; 8 if interrupted; otherwise the exit code of pulumi, if it could not list the stacks.

Example: npm run teardown -- --expired --dry-run
In the sandbox: npm run sandbox -- exec npm run teardown -- --expired`,
    );

function collect(name: string, names: readonly string[] = []): string[] {
    return [...names, name];
}

runCommand(command, () => {
    const { stack = [], expired = false, dryRun = false } = command.opts<Options>();
    if (expired === stack.length > 0) {
        throw new CommandError("Specify the stacks: either --stack <name>, once or more, or --expired.", 2);
    }
    return tearDownStacks({ names: expired ? undefined : [...new Set(stack)], dryRun });
});
