import { Command } from "commander";
import { runCommand } from "./command";
import { projectDir } from "./pulumi";
import { changedFiles, committedEnvironments, touched } from "./touched";

const command = new Command("node scripts/start.mjs scripts/environments.ts")
    .description(
        "Prints the committed environments as a JSON list, for the matrix of a workflow. Excludes the sandbox's " +
            "stack and test stacks.",
    )
    .option("--base <ref>", "only the environments that the changes since this git ref affect");

runCommand(command, async () => {
    const { base } = command.opts<{ base?: string }>();
    const environments = await committedEnvironments(projectDir);
    const found = base === undefined ? environments : touched(environments, await changedFiles(projectDir, base));
    process.stdout.write(`${JSON.stringify(found)}\n`);
    return 0;
});
