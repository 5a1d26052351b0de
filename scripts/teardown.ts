/** `npm run teardown -- --stack pr-123`, `--expired`, `--dry-run`: see docs/teardown.md. */
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
        "Destroy test stacks and everything they made. A stack without `expires` (docs/teardown.md) is never touched.",
    )
    .option("--stack <name>", "tear this stack down, expired or not; can be repeated", collect)
    .option("--expired", "tear down every stack of this project whose `expires` has passed")
    .option("--dry-run", "say what would be done, and do nothing")
    .addHelpText(
        "after",
        `
Exit code: 0 when nothing is left that was to go; 1 when something is, and the table says why; 2 for a mistake in the
arguments; 8 when it was told to stop; else that of pulumi, which could not list the stacks.

Example: npm run teardown -- --expired --dry-run
In the sandbox: npm run sandbox -- exec npm run teardown -- --expired`,
    );

function collect(name: string, names: readonly string[] = []): string[] {
    return [...names, name];
}

runCommand(command, () => {
    const { stack = [], expired = false, dryRun = false } = command.opts<Options>();
    if (expired === stack.length > 0) {
        throw new CommandError(
            "Say which stacks: --stack <name>, once or more, or --expired. Exactly one of the two.",
            2,
        );
    }
    return tearDownStacks({ names: expired ? undefined : [...new Set(stack)], dryRun });
});
