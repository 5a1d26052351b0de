import { mkdtemp, open, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { CommandError, say } from "../command";
import { pulumi } from "../pulumi";
import { partsOf, type Part } from "./changes";
import { readEvents, type Events } from "./events";
import type { Failure } from "./summary";

/**
 * Previews a stack, once: the user sees the diff as it comes, and what it comes to is read from the engine's events.
 *
 * @param args further arguments of `pulumi preview`
 */
export async function previewStack(stack: string, args: readonly string[]): Promise<readonly Part[] | Failure> {
    const command = `pulumi preview --diff --stack ${stack}`;
    say(`${command} …`);
    // For its owner only: the engine's events have secrets in them.
    const dir = await mkdtemp(join(tmpdir(), "pulumi-events-"));
    try {
        const log = join(dir, "events.jsonl");
        const colour = process.stderr.isTTY ? ["--color", "always"] : [];
        const { code, stderr } = await pulumi(
            ["preview", "--diff", "--stack", stack, "--event-log", log, ...colour, ...args],
            // Without it the engine does not know the flag.
            { show: true, env: { PULUMI_DEBUG_COMMANDS: "true" } },
        );
        const { steps, errors } = await eventsIn(log);
        if (code === 0) {
            return partsOf(steps);
        }
        const said = errors.length > 0 ? errors.join("\n\n") : stripVTControlCharacters(stderr).trim();
        return { command, exitCode: code, said };
    } catch (error) {
        if (error instanceof CommandError) {
            say(error.message);
            return { command, exitCode: error.exitCode, said: error.message };
        }
        throw error;
    } finally {
        await rm(dir, { recursive: true, force: true });
    }
}

/** None where the engine did not get so far: it has no such stack, say. */
async function eventsIn(log: string): Promise<Events> {
    try {
        const file = await open(log);
        return await readEvents(file.readLines());
    } catch (error) {
        if ((error as NodeJS.ErrnoException).code === "ENOENT") {
            return { steps: [], errors: [] };
        }
        throw error;
    }
}
