import { open } from "node:fs/promises";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { CommandError, log } from "../command";
import { pulumi } from "../pulumi";
import { withTemporaryFolder } from "../temporary";
import { partsOf, type Part } from "./changes";
import { readEvents, type Events } from "./events";
import type { Failure } from "./summary";

/**
 * Previews a stack, once. Prints the diff while it runs, and reads the changes from the engine's event log.
 *
 * @param args additional arguments of `pulumi preview`
 * @param env additional env vars of the program
 */
export async function previewStack(
    stack: string,
    args: readonly string[],
    env: Readonly<Record<string, string>> = {},
): Promise<readonly Part[] | Failure> {
    const command = `pulumi preview --diff --stack ${stack}`;
    log(`${command} …`);
    try {
        // The event log contains secrets.
        return await withTemporaryFolder((dir) => previewInto(dir, stack, { args, env, command }));
    } catch (error) {
        if (error instanceof CommandError) {
            log(error.message);
            return { command, exitCode: error.exitCode, output: error.message };
        }
        throw error;
    }
}

interface PreviewArgs {
    readonly args: readonly string[];
    readonly env: Readonly<Record<string, string>>;
    readonly command: string;
}

async function previewInto(
    dir: string,
    stack: string,
    { args, env, command }: PreviewArgs,
): Promise<readonly Part[] | Failure> {
    const eventLog = join(dir, "events.jsonl");
    const colour = process.stderr.isTTY ? ["--color", "always"] : [];
    const { code, stderr } = await pulumi(
        ["preview", "--diff", "--stack", stack, "--event-log", eventLog, ...colour, ...args],
        // Without it, the CLI does not accept --event-log.
        { show: true, env: { ...env, PULUMI_DEBUG_COMMANDS: "true" } },
    );
    const { steps, errors } = await eventsIn(eventLog);
    if (code === 0) {
        return partsOf(steps);
    }
    const output = errors.length > 0 ? errors.join("\n\n") : stripVTControlCharacters(stderr).trim();
    return { command, exitCode: code, output };
}

/** Reads the event log; returns no events if the engine did not create it, e.g. because there is no such stack. */
async function eventsIn(path: string): Promise<Events> {
    try {
        const file = await open(path);
        return await readEvents(file.readLines());
    } catch (error) {
        if ((error as NodeJS.ErrnoException).code === "ENOENT") {
            return { steps: [], errors: [] };
        }
        throw error;
    }
}
