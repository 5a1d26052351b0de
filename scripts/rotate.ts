/** Rotates credentials: `npm run rotate -- --stack production --deployment solar-dust-1234`. See docs/rotation.md. */
import { Command } from "commander";
import { CommandError, runCommand } from "./command";
import { rotate } from "./rotate/run";

interface Options {
    readonly stack: string;
    readonly deployment?: readonly string[];
    readonly due?: boolean;
    readonly revoke?: boolean;
}

const command = new Command("npm run rotate --")
    .description(
        "Replaces credentials now, whatever their age. Refuses if pulumi up would also change something else " +
            "(docs/rotation.md).",
    )
    .requiredOption("--stack <name>", "the stack")
    .option("--deployment <name>", "replace only this Deployment's credential; can be repeated (default: all)", collect)
    .option("--due", "only what is due: rotations by age, and the deletion of credentials whose overlap is over")
    .option("--revoke", "delete the old credential in the same run, e.g. because it has leaked")
    .addHelpText(
        "after",
        `
What is due for other Deployments is done too. Without --revoke, the old credential stays valid for rotation.overlap.
With it, pods that have not restarted yet cannot read secrets until they have: a Kubernetes target with waitForRollout
restarts them first, Astronomer does so afterwards.

Exit code: 0 if it is done, also if there was nothing to do; 1 if something else would change, or if an error occurs; 2
for wrong arguments; 8 if interrupted; otherwise the exit code of pulumi.

Example: npm run rotate -- --stack production --deployment solar-dust-1234 --revoke
In the sandbox: npm run sandbox -- exec npm run rotate -- --stack dev`,
    );

function collect(name: string, names: readonly string[] = []): string[] {
    return [...names, name];
}

runCommand(command, () => {
    const { stack, deployment, due = false, revoke = false } = command.opts<Options>();
    if (due && (revoke || deployment !== undefined)) {
        throw new CommandError("--due rotates what is due in the whole stack: leave out --deployment and --revoke.", 2);
    }
    return rotate({ stack, deployments: deployment, due, revoke });
});
