import { appendFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { CommandError, log, userPath } from "../command";
import { projectDir } from "../pulumi";
import { withoutCredentials } from "./redact";
import { previewStack } from "./stackPreview";
import { failureSummary, summary, type Failure } from "./summary";

export interface PreviewOptions {
    readonly stack: string;
    /** File for the summary. Default: `preview.<stack>.md` in the project's root. */
    readonly summary?: string | undefined;
    /** Additional arguments of `pulumi preview`. */
    readonly pulumiArgs?: readonly string[];
}

/** Pulumi's exit code for a configuration error. */
const CONFIGURATION_ERROR = 2;

/**
 * Runs the preview and writes its summary, also if it fails. Returns the exit code.
 *
 * @param preview replaced in tests
 * @throws CommandError if the stack's name is invalid or the summary cannot be written
 */
export async function runPreview(
    { stack, pulumiArgs = [], ...options }: PreviewOptions,
    preview = previewStack,
): Promise<number> {
    if (!/^[\w.-]+(\/[\w.-]+){0,2}$/.test(stack)) {
        throw new CommandError(
            `--stack: found ${JSON.stringify(stack)}. Allowed: a stack's name, or organization/project/stack, of letters, ` +
                'digits, "-", "_" and ".". List the stacks: pulumi stack ls.',
            CONFIGURATION_ERROR,
        );
    }
    const file =
        options.summary === undefined
            ? join(projectDir, `preview.${stack.replaceAll("/", ".")}.md`)
            : userPath(options.summary);
    await clear(file);
    const outcome = await preview(stack, pulumiArgs);
    const failure = "output" in outcome ? outcome : undefined;
    const text = "output" in outcome ? failureSummary(stack, redacted(outcome)) : summary(stack, outcome);
    await writeFile(file, text);
    const jobSummary = process.env.GITHUB_STEP_SUMMARY;
    if (jobSummary !== undefined && jobSummary !== "") {
        await appendFile(jobSummary, text);
    }
    log(`summary: ${file}`);
    return failure?.exitCode ?? 0;
}

/** Empties the file: if this run is interrupted, the summary of an earlier run must not be taken for its summary. */
async function clear(file: string): Promise<void> {
    try {
        await writeFile(file, "");
    } catch (error) {
        throw new CommandError(
            `--summary: cannot write ${file}: ${(error as Error).message}. Name a file in a folder that exists.`,
            CONFIGURATION_ERROR,
        );
    }
}

function redacted({ output, ...failure }: Failure): Failure {
    return { ...failure, output: withoutCredentials(output, process.env) };
}
