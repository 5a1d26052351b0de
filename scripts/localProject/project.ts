import { chmodSync } from "node:fs";
import { join } from "node:path";
import { backendKind } from "../../stack/kinds";
import { CommandError, log } from "../command";
import type { Change } from "./change";
import { encodingOf, plain, type Encoding } from "./encoding";
import { withEnvVars } from "./envFile";
import { envValueProblem } from "./envValue";
import { ENV, readBytes, refuseLinkedEnv, removeTemporary, replaceFile } from "./files";
import { refuseUnignoredEnv } from "./git";
import { withEnvIgnored } from "./ignoreFile";
import { withRequirement } from "./requirements";
import type { StackEnv } from "./stackEnv";

const DAG = join("dags", "verify_secrets_backend.py");
const REQUIREMENTS = "requirements.txt";
/** They come first, so that .env is never committed or built into an image by accident. */
const IGNORE_FILES: readonly string[] = [".gitignore", ".dockerignore"];

/** A file of the Astro project with its new text. */
export interface PlannedFile extends Change {
    /** Path relative to the project's folder. */
    readonly name: string;
    /** The current text; `undefined` if the file does not exist. */
    readonly before: string | undefined;
    readonly encoding: Encoding;
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
    { envVars, requirement, backend }: Pick<StackEnv, "envVars" | "requirement" | "backend">,
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
    refuseLinkedEnv(folder);
    const plan = (name: string, change: (text: string) => Change): PlannedFile => {
        const current = currentFile(folder, name);
        return { name, ...current, ...change(current.before ?? "") };
    };
    const overriddenBy = backendKind(backend).overriddenBy(Object.keys(envVars));
    return [
        ...IGNORE_FILES.map((name) => plan(name, withEnvIgnored)),
        plan(ENV, (text) => withEnvVars(text, source, envVars, overriddenBy)),
        plan(REQUIREMENTS, (text) => withRequirement(text, requirement)),
        plan(DAG, (text) => ({
            text: dag,
            overwrites: text === "" || text === dag ? [] : ["is another version of the file, or was edited"],
        })),
    ];
}

/** @throws CommandError if the file cannot be read, or its readers do not understand its encoding */
function currentFile(folder: string, name: string): Pick<PlannedFile, "before" | "encoding"> {
    const path = join(folder, name);
    const bytes = readBytes(path);
    // The DAG is replaced as a whole, whatever it was.
    const encoding = bytes === undefined || name === DAG ? plain : encodingOf(bytes);
    if (encoding === undefined) {
        throw new CommandError(`${path} is not UTF-8. Save it as UTF-8. Nothing was written`);
    }
    // pip and uv read UTF-16, if it begins with a byte order mark.
    if (encoding.name !== "UTF-8" && name !== REQUIREMENTS) {
        throw new CommandError(
            `${path} is ${encoding.name}, which its readers do not understand: none of its lines has an effect. Save ` +
                "it as UTF-8. Nothing was written",
        );
    }
    return { before: bytes === undefined ? undefined : encoding.decode(bytes), encoding };
}

/**
 * Writes the files that differ and prints a line for each file. `.env` contains credentials: only its owner can read
 * it, and it is written only if git ignores it.
 *
 * @throws CommandError if git would not ignore `.env`
 */
export async function writeFiles(folder: string, files: readonly PlannedFile[]): Promise<void> {
    removeTemporary(folder);
    const [ignoreFiles, others] = [true, false].map((first) =>
        files.filter(({ name }) => IGNORE_FILES.includes(name) === first),
    );
    ignoreFiles?.forEach((file) => {
        writeFile(folder, file);
    });
    await refuseUnignoredEnv(folder);
    others?.forEach((file) => {
        writeFile(folder, file);
    });
}

function writeFile(folder: string, { name, before, text, encoding, notes = [] }: PlannedFile): void {
    const path = join(folder, name);
    const isPrivate = name === ENV;
    if (before !== text) {
        replaceFile(path, encoding.encode(text), isPrivate);
    } else if (isPrivate) {
        chmodSync(path, 0o600);
    }
    log(`${name}: ${before === undefined ? "written" : before === text ? "unchanged" : "updated"}`);
    notes.forEach((note) => {
        log(`${name}: ${note}`);
    });
}
