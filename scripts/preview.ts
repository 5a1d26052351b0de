import { Command } from "commander";
import { runCommand } from "./command";
import { runPreview } from "./preview/run";

const command = new Command("npm run preview --")
    .description(
        "What CI runs on a pull request: pulumi preview --diff of one stack. Changes nothing. Writes a summary for " +
            "reviewers in Markdown, where a replaced credential or a widened grant stands out, and says where.",
    )
    .requiredOption("--stack <name>", "the stack to preview")
    .option("--summary <file>", "where the summary goes (default: preview.<stack>.md in the project's root)")
    .addHelpText(
        "after",
        `
If GITHUB_STEP_SUMMARY names a file, the summary is appended there as well.

Exit code: 0 when the preview succeeds, whatever would change; 2 for a mistake in the arguments; else that of pulumi.

Example: npm run preview -- --stack production
In the sandbox: npm run sandbox -- exec npm run preview -- --stack dev`,
    );

runCommand(command, () => runPreview(command.opts<{ stack: string; summary?: string }>()));
