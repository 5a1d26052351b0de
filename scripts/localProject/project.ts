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
import { CommandError, say } from "../command";
import type { Change } from "./change";
import { withVariables } from "./envFile";
import { envValueProblem } from "./envValue";
import { ignoring } from "./ignoreFile";
import { withRequirement } from "./requirements";
import type { StackEnv } from "./stackEnv";

const DAG = join("dags", "verify_secrets_backend.py");

/** What is to become of one file of the project. */
export interface PlannedFile extends Change {
    /** Below the project's folder. */
    readonly name: string;
    /** As it is; nothing where there is none. */
    readonly before: string | undefined;
}

/** The files as they are to be; nothing is written yet. */
export function planFiles(
    folder: string,
    whose: string,
    { variables, requirement }: Pick<StackEnv, "variables" | "requirement">,
    dag: string,
): PlannedFile[] {
    const problems = Object.entries(variables).flatMap(([name, value]) => {
        const problem = envValueProblem(name, value);
        return problem === undefined ? [] : `${name} ${problem}`;
    });
    if (problems.length > 0) {
        throw new CommandError(
            `No .env can hold these values so that Docker Compose, docker run and Astro's standalone mode read them alike. ` +
                `Nothing was written. A new generation makes another credential.\n${problems.map((each) => `  - ${each}`).join("\n")}`,
        );
    }
    const plan = (name: string, change: (text: string) => Change): PlannedFile => {
        const before = read(join(folder, name));
        return { name, before, ...change(before ?? "") };
    };
    return [
        // First: from then on nobody commits the next one, or builds it into an image, by mistake.
        plan(".gitignore", ignoring),
        plan(".dockerignore", ignoring),
        plan(".env", (text) => withVariables(text, whose, variables)),
        plan("requirements.txt", (text) => withRequirement(text, requirement)),
        plan(DAG, (text) => ({
            text: dag,
            overwrites: text === "" || text === dag ? [] : ["is another version of this project's file, or was edited"],
        })),
    ];
}

/** Writes what differs, a line each about what was done. Only `.env` holds credentials; it is the user's own. */
export function writeFiles(folder: string, files: readonly PlannedFile[]): void {
    for (const { name, before, text, notes = [] } of files) {
        const path = join(folder, name);
        const isPrivate = name === ".env";
        if (before !== text) {
            replace(path, text, isPrivate);
        } else if (isPrivate) {
            chmodSync(path, 0o600);
        }
        say(`${name}: ${before === undefined ? "written" : before === text ? "as it was" : "updated"}`);
        notes.forEach((note) => {
            say(`${name}: ${note}`);
        });
    }
}

/**
 * @throws CommandError where git keeps the folder's `.env`: it would take the credentials into its history
 */
export async function refuseTrackedEnv(folder: string): Promise<void> {
    const { exitCode, stdout, stderr, code } = await execa("git", ["-C", folder, "ls-files", "--", ".env"], {
        reject: false,
        stdin: "ignore",
    });
    // Without git, or outside of a repository, there is no history to keep it out of.
    if (code === "ENOENT" || /not a git repository/i.test(stderr)) {
        return;
    }
    const env = join(folder, ".env");
    if (exitCode !== 0) {
        throw new CommandError(`git cannot say whether it tracks ${env}: ${stderr}. Nothing was written`);
    }
    if (stdout !== "") {
        throw new CommandError(
            `${env} is tracked by git, which would keep the credentials for good. Nothing was written. Take it out ` +
                `first: git -C ${folder} rm --cached .env`,
        );
    }
}

/** Bytes as characters: what is somebody's own comes out as it went in, whatever its encoding. */
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

/** In one step, so that nobody ever sees half a file. A link stays one; what it leads to is replaced. */
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
