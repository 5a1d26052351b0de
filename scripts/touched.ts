import { execa } from "execa";
import { CommandError } from "./command";
import { configuredExpires } from "./stackFile";

/** The stack of the sandbox. Its file is committed too. */
const SANDBOX = "dev";

/** Files that a preview of an environment does not depend on. Any other file may be part of the program. */
const NOT_THE_PROGRAM = [
    /^(docs|test|sandbox|\.github|\.ci)\//,
    /^[^/]+\.md$/,
    /^(LICENSE|\.gitignore|\.mocharc\.json|\.prettierignore|\.prettierrc\.json|eslint\.config\.mjs)$/,
    /^Pulumi\.[^/]+\.yaml\.example$/,
    new RegExp(`^Pulumi\\.${SANDBOX}\\.yaml$`),
];

/** Returns the environments whose preview may be different after changes in these files. */
export function touched(environments: readonly string[], changed: readonly string[]): string[] {
    const byFile = new Map(environments.map((name) => [`Pulumi.${name}.yaml`, name]));
    // The file of a deleted environment is not part of the program either.
    const program = changed.filter(
        (file) => !/^Pulumi\.[^/]+\.yaml$/.test(file) && !NOT_THE_PROGRAM.some((pattern) => pattern.test(file)),
    );
    return program.length > 0 ? [...environments] : changed.flatMap((file) => byFile.get(file) ?? []);
}

/** The environments that are committed in a repository, by name. */
export interface Environments {
    readonly all: readonly string[];
    /** Those that get `expires`, with which teardown would destroy them. */
    readonly expiring: readonly string[];
}

/**
 * Returns the environments that are committed in a repository, i.e. have a `Pulumi.<environment>.yaml`. Excludes the
 * sandbox's stack and test stacks, which set `expires`.
 *
 * @param base a git ref: an environment in it stays one, also if its file has got `expires` since then
 * @throws CommandError if a name contains characters that are unsafe in a command
 */
export async function committedEnvironments(dir: string, base?: string): Promise<Environments> {
    const files = await stackFiles(dir, "HEAD");
    // The names are used in a workflow's matrix and from there in commands.
    const invalid = [...files.keys()].find((name) => !/^[A-Za-z0-9._-]+$/.test(name));
    if (invalid !== undefined) {
        throw new CommandError(
            `Pulumi.${invalid}.yaml: a stack's name is made of letters, digits, ".", "_" and "-". Rename the file`,
            2,
        );
    }
    const before = base === undefined ? undefined : await stackFiles(dir, await mergeBase(dir, base));
    const names = [...files.keys()].filter((name) => name !== SANDBOX).sort();
    const expiring = names.filter((name) => files.get(name) === "expires" && before?.get(name) === "lasting");
    return { all: names.filter((name) => files.get(name) === "lasting" || expiring.includes(name)), expiring };
}

/** Returns the stacks with a committed file, and whether it has `expires`. */
async function stackFiles(dir: string, ref: string): Promise<ReadonlyMap<string, "lasting" | "expires">> {
    const files = await git(dir, ["ls-tree", "-z", "--name-only", "--end-of-options", ref]);
    const names = files.flatMap((file) => /^Pulumi\.(.+)\.yaml$/s.exec(file)?.[1] ?? []);
    const entries = names.map(async (name) => {
        const file = `Pulumi.${name}.yaml`;
        const [text = ""] = await git(dir, ["cat-file", "blob", `${ref}:${file}`]);
        return [name, configuredExpires(file, text) === undefined ? "lasting" : "expires"] as const;
    });
    return new Map(await Promise.all(entries));
}

async function mergeBase(dir: string, base: string): Promise<string> {
    const [commit = ""] = await git(dir, ["merge-base", "--end-of-options", base, "HEAD"]);
    return commit.trim();
}

/**
 * Returns the files that were changed between HEAD and its merge base with `base`. A renamed file counts under both
 * names.
 */
export function changedFiles(dir: string, base: string): Promise<string[]> {
    return git(dir, ["diff", "-z", "--name-only", "--no-renames", "--end-of-options", `${base}...HEAD`, "--"]);
}

/** Runs git and returns its NUL-terminated output items. */
async function git(cwd: string, args: readonly string[]): Promise<string[]> {
    const { failed, stdout, stderr } = await execa("git", args, { cwd, reject: false, stdin: "ignore" });
    if (failed) {
        throw new CommandError(`git ${args[0] ?? ""} failed:\n${stderr}`);
    }
    return stdout.split("\0").filter((text) => text !== "");
}
