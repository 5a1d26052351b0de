import {
    chmodSync,
    lstatSync,
    mkdirSync,
    readFileSync,
    realpathSync,
    renameSync,
    rmSync,
    writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { execa } from "execa";
import { CommandError, log } from "../command";
import type { Change } from "./change";
import { withEnvVars } from "./envFile";
import { envValueProblem } from "./envValue";
import { withEnvIgnored } from "./ignoreFile";
import { withRequirement } from "./requirements";
import type { StackEnv } from "./stackEnv";

const DAG = join("dags", "verify_secrets_backend.py");

/** A file of the Astro project with its new text. */
export interface PlannedFile extends Change {
    /** Path relative to the project's folder. */
    readonly name: string;
    /** The current text; `undefined` if the file does not exist. */
    readonly before: string | undefined;
}

/**
 * Returns the files with their new text, without writing anything.
 *
 * @param source where the env vars come from, e.g. `stack dev, Deployment solar-dust-1234`
 * @throws CommandError if a value cannot be written to `.env` or a file cannot be read
 */
export function planFiles(
    folder: string,
    source: string,
    { envVars, requirement }: Pick<StackEnv, "envVars" | "requirement">,
    dag: string,
): PlannedFile[] {
    const problems = Object.entries(envVars).flatMap(([name, value]) => {
        const problem = envValueProblem(name, value);
        return problem === undefined ? [] : `${name} ${problem}`;
    });
    if (problems.length > 0) {
        throw new CommandError(
            "Docker Compose, docker run and Astro's standalone mode would not read the same values from .env. " +
                "Nothing was written.\n" +
                problems.map((each) => `  - ${each}\n`).join("") +
                "A new credential may not have this problem.",
        );
    }
    const plan = (name: string, change: (text: string) => Change): PlannedFile => {
        const before = read(join(folder, name));
        return { name, before, ...change(before ?? "") };
    };
    return [
        // The ignore files come first, so that .env is never committed or built into an image by accident.
        plan(".gitignore", withEnvIgnored),
        plan(".dockerignore", withEnvIgnored),
        plan(".env", (text) => withEnvVars(text, source, envVars)),
        plan("requirements.txt", (text) => withRequirement(text, requirement)),
        plan(DAG, (text) => ({
            text: dag,
            overwrites: text === "" || text === dag ? [] : ["is another version of the file, or was edited"],
        })),
    ];
}

/**
 * Writes the files that differ and prints a line for each file. `.env` contains credentials: only its owner can read
 * it.
 */
export function writeFiles(folder: string, files: readonly PlannedFile[]): void {
    for (const { name, before, text, notes = [] } of files) {
        const path = join(folder, name);
        const isPrivate = name === ".env";
        if (before !== text) {
            replace(path, text, isPrivate);
        } else if (isPrivate) {
            chmodSync(path, 0o600);
        }
        log(`${name}: ${before === undefined ? "written" : before === text ? "unchanged" : "updated"}`);
        notes.forEach((note) => {
            log(`${name}: ${note}`);
        });
    }
}

/** @throws CommandError if git tracks the folder's `.env`: the credentials would become part of its history */
export async function refuseTrackedEnv(folder: string): Promise<void> {
    const { exitCode, stdout, stderr, code } = await execa("git", ["-C", folder, "ls-files", "--", ".env"], {
        reject: false,
        stdin: "ignore",
    });
    // Without git or outside of a repository, there is no history.
    if (code === "ENOENT" || /not a git repository/i.test(stderr)) {
        return;
    }
    const env = join(folder, ".env");
    if (exitCode !== 0) {
        throw new CommandError(`Cannot find out whether git tracks ${env}: ${stderr}. Nothing was written`);
    }
    if (stdout !== "") {
        throw new CommandError(
            `${env} is tracked by git: the credentials would stay in its history. Nothing was written. Untrack it ` +
                `first: git -C ${folder} rm --cached .env`,
        );
    }
}

/** Reads a file, one character per byte, so that the user's own lines are written back unchanged in any encoding. */
function read(path: string): string | undefined {
    try {
        return readFileSync(path, "latin1");
    } catch (error) {
        if ((error as NodeJS.ErrnoException).code === "ENOENT") {
            return undefined;
        }
        throw new CommandError(`Cannot read ${path}: ${(error as Error).message}. Nothing was written`);
    }
}

/**
 * Replaces a file atomically, so that it is never read half-written. A symbolic link is kept and its target replaced.
 */
function replace(path: string, text: string, isPrivate: boolean): void {
    mkdirSync(dirname(path), { recursive: true });
    const found = lstatSync(path, { throwIfNoEntry: false });
    const target = found?.isSymbolicLink() === true ? realpathSync(path) : path;
    const mode = isPrivate ? 0o600 : (found?.mode ?? 0o644) & 0o777;
    const temporary = `${target}.${process.pid}`;
    try {
        writeFileSync(temporary, text, { encoding: "latin1", mode, flag: "wx" });
        chmodSync(temporary, mode);
        renameSync(temporary, target);
    } finally {
        rmSync(temporary, { force: true });
    }
}
