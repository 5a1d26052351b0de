import { appendFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { CommandError, say, userPath } from "../command";
import { projectDir } from "../pulumi";
import { withoutCredentials } from "./redact";
import { previewStack } from "./stackPreview";
import { failureSummary, summary, type Failure } from "./summary";

export interface PreviewOptions {
    readonly stack: string;
    /** Where the summary goes; default: `preview.<stack>.md` in the project's root. */
    readonly summary?: string | undefined;
    /** Further arguments of `pulumi preview`. */
    readonly pulumiArgs?: readonly string[];
}

/** Pulumi's exit code for a mistake in what it was told. */
const CONFIGURATION = 2;

/**
 * Runs the preview and writes its summary, also if it fails. Returns the exit code.
 *
 * @param preview another one in tests
 */
export async function runPreview(
    { stack, pulumiArgs = [], ...options }: PreviewOptions,
    preview = previewStack,
): Promise<number> {
    if (!/^[\w.-]+(\/[\w.-]+){0,2}$/.test(stack)) {
        throw new CommandError(
            `--stack: found ${JSON.stringify(stack)}. Allowed: a stack's name, or organization/project/stack, of letters, ` +
                'digits, "-", "_" and ".". List the stacks: pulumi stack ls.',
            CONFIGURATION,
        );
    }
    const file =
        options.summary === undefined
            ? join(projectDir, `preview.${stack.replaceAll("/", ".")}.md`)
            : userPath(options.summary);
    await empty(file);
    const outcome = await preview(stack, pulumiArgs);
    const failure = "said" in outcome ? outcome : undefined;
    const text = "said" in outcome ? failureSummary(stack, redacted(outcome)) : summary(stack, outcome);
    await writeFile(file, text);
    const onPage = process.env.GITHUB_STEP_SUMMARY;
    if (onPage !== undefined && onPage !== "") {
        await appendFile(onPage, text);
    }
    say(`summary: ${file}`);
    return failure?.exitCode ?? 0;
}

/** What an earlier run wrote would be taken for this one's, if this one is stopped. */
async function empty(file: string): Promise<void> {
    try {
        await writeFile(file, "");
    } catch (error) {
        throw new CommandError(
            `--summary: cannot write ${file}: ${(error as Error).message}. Name a file in a folder that exists.`,
            CONFIGURATION,
        );
    }
}

function redacted({ said, ...failure }: Failure): Failure {
    return { ...failure, said: withoutCredentials(said, process.env) };
}
