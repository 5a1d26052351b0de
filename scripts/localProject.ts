/** Makes a folder with an Astro project read the secrets of one of a stack's Deployments; see docs/local-project.md. */
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline/promises";
import { Command } from "commander";
import { cloudIdentities } from "../stack/kinds";
import { CommandError, runCommand, say, userPath } from "./command";
import { planFiles, refuseTrackedEnv, writeFiles, type PlannedFile } from "./localProject/project";
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
        "Lets an Astro project on this machine read the secrets of a Deployment: its env vars go into .env (mode 0600), " +
            "the provider package into requirements.txt, a DAG that reads the test secrets into dags/. Your own lines stay.",
    )
    .requiredOption("--stack <name>", "the stack, which has to be up")
    .requiredOption("--deployment <name>", "the Deployment's name in the stack's config")
    .requiredOption("--to <folder>", "the Astro project's folder (astro dev init makes one)")
    .option("--force", "take the place of what is in the way, where you would be asked otherwise");

runCommand(command, async () => {
    const { stack, deployment, to, force = false } = command.opts<Options>();
    const folder = userPath(to);
    const found = await readStackEnv(stack, deployment);
    mkdirSync(folder, { recursive: true });
    await refuseTrackedEnv(folder);
    const dag = readFileSync(join(projectDir, "airflow", "dags", "verify_secrets_backend.py"), "latin1");
    const files = planFiles(folder, `stack ${stack}, Deployment ${deployment}`, found, dag);
    if (!force) {
        await askAbout(files);
    }
    writeFiles(folder, files);
    tellWhatComesNext(folder, found);
    return 0;
});

/** @throws CommandError unless the user agrees, or there is nothing to ask about */
async function askAbout(files: readonly PlannedFile[]): Promise<void> {
    const inTheWay = files.flatMap(({ name, overwrites = [] }) => overwrites.map((what) => `  - ${name}: ${what}`));
    if (inTheWay.length === 0) {
        return;
    }
    say(`In the way is:\n${inTheWay.join("\n")}`);
    if (!process.stdin.isTTY) {
        throw new CommandError("Nothing was written. Mend that by hand, or say --force to take its place");
    }
    const terminal = createInterface({ input: process.stdin, output: process.stderr });
    // Ctrl-C and the end of the input are no.
    const closed = new Promise<string>((settle) => {
        terminal.once("close", () => {
            settle("");
        });
    });
    const answer = await Promise.race([terminal.question("Take its place? [y/N] "), closed]);
    terminal.close();
    if (!/^y(es)?$/i.test(answer.trim())) {
        throw new CommandError("Nothing was written");
    }
}

function tellWhatComesNext(
    folder: string,
    { variables, testSecrets }: { variables: object; testSecrets: boolean },
): void {
    for (const { cloud, variables: names, principal } of cloudIdentities) {
        if (names.every((name) => Object.hasOwn(variables, name))) {
            say(
                `Every task in this project now acts as this ${principal} in ${cloud}, unless it has a connection of its own.`,
            );
        }
    }
    if (!existsSync(join(folder, ".astro", "config.yaml"))) {
        say(`${folder} is no Astro project yet: run \`astro dev init\` there.`);
    }
    if (!testSecrets) {
        say(
            "The Deployment has no test secrets (testSecrets: true): the DAG verify_secrets_backend has nothing to read.",
        );
    }
    say(
        "Next: `astro dev restart`, then trigger the DAG verify_secrets_backend. .env holds credentials: remove it when done.",
    );
}
