import { execa } from "execa";
import { parseDocument } from "yaml";
import { EXPIRES_IN_FILE } from "../stack/expires";
import { CommandError } from "./command";

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

/**
 * Returns the names of the environments that are committed in a repository, i.e. have a `Pulumi.<environment>.yaml`.
 * Excludes the sandbox's stack and test stacks, which set `expires`.
 *
 * @throws CommandError if a name contains characters that are unsafe in a command
 */
export async function committedEnvironments(dir: string): Promise<string[]> {
    const files = await git(dir, ["ls-tree", "-z", "--name-only", "HEAD"]);
    const names = files.flatMap((file) => /^Pulumi\.(.+)\.yaml$/s.exec(file)?.[1] ?? []);
    // The names are used in a workflow's matrix and from there in commands.
    const invalid = names.find((name) => !/^[A-Za-z0-9._-]+$/.test(name));
    if (invalid !== undefined) {
        throw new CommandError(
            `Pulumi.${invalid}.yaml: a stack's name is made of letters, digits, ".", "_" and "-". Rename the file`,
            2,
        );
    }
    const permanent = await Promise.all(
        names.map(async (name) => {
            const [text = ""] = await git(dir, ["cat-file", "blob", `HEAD:Pulumi.${name}.yaml`]);
            return parseDocument(text).hasIn(["config", EXPIRES_IN_FILE]) ? [] : [name];
        }),
    );
    return permanent
        .flat()
        .filter((name) => name !== SANDBOX)
        .sort();
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
