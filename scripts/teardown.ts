/** `npm run teardown -- --stack pr-123`, `--expired`, `--dry-run`: see docs/teardown.md. */
import { Command } from "commander";
import { CommandError, runCommand } from "./command";
import { tearDownStacks } from "./teardown/run";

interface Options {
    readonly stack: readonly string[];
    readonly expired?: boolean;
    readonly dryRun?: boolean;
}

const command = new Command("npm run teardown --")
    .description(
        "Destroy test stacks and everything they made. A stack without `expires` (docs/teardown.md) is never touched.",
    )
    .option("--stack <name>", "tear this stack down, expired or not; can be repeated", collect, [])
    .option("--expired", "tear down every stack of this project whose `expires` has passed")
    .option("--dry-run", "say what would be done, and do nothing");

function collect(name: string, names: readonly string[]): string[] {
    return [...names, name];
}

runCommand(command, () => {
    const { stack, expired = false, dryRun = false } = command.opts<Options>();
    if (expired === stack.length > 0) {
        throw new CommandError(
            "Say which stacks: --stack <name>, once or more, or --expired. Exactly one of the two.",
            2,
        );
    }
    return tearDownStacks({ names: expired ? undefined : [...new Set(stack)], dryRun });
});
