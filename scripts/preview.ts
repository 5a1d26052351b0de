import { Command } from "commander";
import { runCommand } from "./command";
import { runPreview } from "./preview/run";

const command = new Command("npm run preview --")
    .description(
        "Runs pulumi preview --diff on one stack, as CI does for a pull request. Changes nothing. Writes a summary " +
            "for reviewers in Markdown, which highlights replaced credentials and widened grants, and prints its path.",
    )
    .requiredOption("--stack <name>", "the stack to preview")
    .option("--summary <file>", "file for the summary (default: preview.<stack>.md in the project's root)")
    .addHelpText(
        "after",
        `
If GITHUB_STEP_SUMMARY names a file, the summary is also appended there.

Exit code: 0 if the preview succeeds, with or without changes; 2 for wrong arguments; otherwise the exit code of pulumi.

Example: npm run preview -- --stack production
In the sandbox: npm run sandbox -- exec npm run preview -- --stack dev`,
    );

runCommand(command, () => runPreview(command.opts<{ stack: string; summary?: string }>()));
