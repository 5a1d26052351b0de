/** Configures a local Astro project to read the secrets of a Deployment of a stack. See docs/local-project.md. */
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline/promises";
import { Command } from "commander";
import { cloudIdentities } from "../stack/kinds";
import { CommandError, log, runCommand, userPath } from "./command";
import { refuseTrackedEnv } from "./localProject/git";
import { planFiles, writeFiles, type PlannedFile } from "./localProject/project";
import { readStackEnv } from "./localProject/stackEnv";
import { projectDir } from "./pulumi";

interface Options {
    readonly stack: string;
    readonly deployment: string;
    readonly to: string;
    readonly force?: boolean;
}

const command = new Command("npm run local-project --")
    .description(
        "Configures an Astro project on this machine to read the secrets of a Deployment. Writes its env vars to " +
            ".env (mode 0600), the provider package to requirements.txt, and a DAG that reads the test secrets to " +
            "dags/. Keeps your own lines.",
    )
    .requiredOption("--stack <name>", "the stack; it must be deployed (pulumi up)")
    .requiredOption("--deployment <name>", "the Deployment's name in the stack's config")
    .requiredOption("--to <folder>", "the folder of the Astro project (astro dev init creates one)")
    .option("--force", "overwrite conflicting lines and files without asking");

runCommand(command, async () => {
    const { stack, deployment, to, force = false } = command.opts<Options>();
    const folder = userPath(to);
    const found = await readStackEnv(stack, deployment);
    mkdirSync(folder, { recursive: true });
    await refuseTrackedEnv(folder);
    const dag = readFileSync(join(projectDir, "airflow", "dags", "verify_secrets_backend.py"), "latin1");
    const files = planFiles(folder, `stack ${stack}, Deployment ${deployment}`, found, dag);
    if (!force) {
        await confirmOverwrites(files);
    }
    await writeFiles(folder, files);
    printNextSteps(folder, found);
    return 0;
});

/** @throws CommandError if something would be overwritten and the user does not agree */
async function confirmOverwrites(files: readonly PlannedFile[]): Promise<void> {
    const conflicts = files.flatMap(({ name, overwrites = [] }) => overwrites.map((what) => `  - ${name}: ${what}`));
    if (conflicts.length === 0) {
        return;
    }
    log(`Conflicts:\n${conflicts.join("\n")}`);
    if (!process.stdin.isTTY) {
        throw new CommandError("Nothing was written. Resolve the conflicts by hand, or overwrite them with --force");
    }
    const terminal = createInterface({ input: process.stdin, output: process.stderr });
    // Ctrl-C and the end of the input count as no.
    const closed = new Promise<string>((settle) => {
        terminal.once("close", () => {
            settle("");
        });
    });
    const answer = await Promise.race([terminal.question("Overwrite? [y/N] "), closed]);
    terminal.close();
    if (!/^y(es)?$/i.test(answer.trim())) {
        throw new CommandError("Nothing was written");
    }
}

function printNextSteps(folder: string, { envVars, testSecrets }: { envVars: object; testSecrets: boolean }): void {
    for (const { cloud, envVars: names, principal } of cloudIdentities) {
        if (names.every((name) => Object.hasOwn(envVars, name))) {
            log(`Every task in this project now acts as this ${principal} in ${cloud}, unless it uses a connection.`);
        }
    }
    if (!existsSync(join(folder, ".astro", "config.yaml"))) {
        log(`${folder} is not an Astro project yet: run \`astro dev init\` there.`);
    }
    if (!testSecrets) {
        log("The Deployment has no test secrets (testSecrets: true): verify_secrets_backend has nothing to read.");
    }
    log(
        "Next: run `astro dev restart`, then trigger the DAG verify_secrets_backend. .env contains credentials: " +
            "remove it when done.",
    );
}
