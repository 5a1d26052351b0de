import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import { projectDir } from "../paths";
import { SandboxError } from "../progress";
import { ensureActionlint } from "./tools";

const workflows = join(projectDir, ".github", "workflows");

/** Checks the given files, or else the project's workflows. Returns actionlint's exit code. */
async function lint(files: readonly string[]): Promise<number> {
    const actionlint = join(await ensureActionlint(), "actionlint");
    // Not every machine has these linters, and the result has to be the same on every machine.
    const noOtherLinters = ["-shellcheck=", "-pyflakes="];
    const checked = files.length > 0 ? files : (await readdir(workflows)).map((name) => join(workflows, name));
    const { exitCode } = await execa(actionlint, [...noOtherLinters, ...checked], {
        cwd: projectDir,
        stdin: "ignore",
        stdout: "inherit",
        stderr: "inherit",
        reject: false,
    });
    return exitCode ?? 1;
}

lint(process.argv.slice(2)).then(
    (code) => {
        process.exitCode = code;
    },
    (error: unknown) => {
        const message = error instanceof SandboxError ? error.message : String((error as Error).stack ?? error);
        process.stderr.write(`actionlint: ${message}\n`);
        process.exitCode = 1;
    },
);
