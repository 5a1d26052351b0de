import { stripVTControlCharacters } from "node:util";
import { execa } from "execa";
import { say } from "../command";
import { projectDir } from "../pulumi";
import type { Failure } from "./summary";

const COMMAND = "npm run check";

/** Format, lint, types and workflows, as CI checks them. Gives what was wrong; the user sees it as it comes. */
export async function check(): Promise<Failure | undefined> {
    say(`${COMMAND}: format, lint, types and workflows, about a minute …`);
    const start = performance.now();
    const { exitCode, all } = await execa("npm", ["run", "check"], {
        cwd: projectDir,
        stdin: "ignore",
        stdout: ["pipe", process.stderr],
        stderr: ["pipe", process.stderr],
        all: true,
        reject: false,
    });
    if (exitCode !== 0) {
        // Pulumi has other meanings for the codes that its parts end with.
        return { command: COMMAND, exitCode: 1, said: stripVTControlCharacters(all).trim() };
    }
    say(`${COMMAND}: passed in ${((performance.now() - start) / 1000).toFixed(0)} s`);
    return undefined;
}
