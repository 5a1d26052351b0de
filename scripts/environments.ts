import { Command } from "commander";
import { CommandError, runCommand } from "./command";
import { projectDir } from "./pulumi";
import { changedFiles, committedEnvironments, touched } from "./touched";

const command = new Command("node scripts/start.mjs scripts/environments.ts")
    .description(
        "Prints the committed environments as a JSON list, for the matrix of a workflow. Excludes the sandbox's " +
            "stack and test stacks.",
    )
    .option(
        "--base <ref>",
        "only the environments that the changes since this git ref affect, also those that have got expires",
    )
    .option("--lasting", "fails if an environment has got expires since --base, instead of printing anything");

runCommand(command, async () => {
    const { base, lasting = false } = command.opts<{ base?: string; lasting?: boolean }>();
    const { all, expiring } = await committedEnvironments(projectDir, base);
    if (lasting) {
        refuseExpiring(expiring, base);
        return 0;
    }
    const found = base === undefined ? all : touched(all, await changedFiles(projectDir, base));
    process.stdout.write(`${JSON.stringify(found)}\n`);
    return 0;
});

/** @throws CommandError if an environment has got `expires` */
function refuseExpiring(expiring: readonly string[], base: string | undefined): void {
    if (base === undefined) {
        throw new CommandError("--lasting compares with another commit. Name it: --base main.", 2);
    }
    if (expiring.length > 0) {
        throw new CommandError(
            `${expiring.map((name) => `Pulumi.${name}.yaml`).join(" and ")}: an environment gets expires, so that ` +
                "teardown would destroy it with everything in it. Remove the key. To give up an environment, run pulumi " +
                "destroy, and delete its file; for a test stack, write another file.",
        );
    }
}
