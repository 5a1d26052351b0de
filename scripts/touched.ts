import { execa } from "execa";
import { parseDocument } from "yaml";
import { EXPIRES_IN_FILE } from "../stack/expires";
import { CommandError } from "./command";

/** The stack whose committed file belongs to the sandbox. */
const SANDBOX = "dev";

/** What a preview of an environment does not depend on. Anything that is not named here may be the program. */
const NOT_THE_PROGRAM = [
    /^(docs|test|sandbox|\.github|\.ci)\//,
    /^[^/]+\.md$/,
    /^(LICENSE|\.gitignore|\.mocharc\.json|\.prettierignore|\.prettierrc\.json|eslint\.config\.mjs)$/,
    /^Pulumi\.[^/]+\.yaml\.example$/,
    new RegExp(`^Pulumi\\.${SANDBOX}\\.yaml$`),
];

/** Of these environments the ones whose preview can come out otherwise when these files have changed. */
export function touched(environments: readonly string[], changed: readonly string[]): string[] {
    const ofOne = new Map(environments.map((name) => [`Pulumi.${name}.yaml`, name]));
    // One that is gone is no environment any more, and nothing else either.
    const program = changed.filter(
        (file) => !/^Pulumi\.[^/]+\.yaml$/.test(file) && !NOT_THE_PROGRAM.some((pattern) => pattern.test(file)),
    );
    return program.length > 0 ? [...environments] : changed.flatMap((file) => ofOne.get(file) ?? []);
}

/**
 * The environments that are committed in a repository: its `Pulumi.<environment>.yaml`, but not the sandbox's, nor those
 * of test stacks, which say when they expire.
 */
export async function committedEnvironments(dir: string): Promise<string[]> {
    const files = await git(dir, ["ls-tree", "-z", "--name-only", "HEAD"]);
    const names = files.flatMap((file) => /^Pulumi\.(.+)\.yaml$/s.exec(file)?.[1] ?? []);
    // The names go into a workflow's matrix, and from there into commands.
    const odd = names.find((name) => !/^[A-Za-z0-9._-]+$/.test(name));
    if (odd !== undefined) {
        throw new CommandError(`Pulumi.${odd}.yaml: a stack's name is made of letters, digits, ".", "_" and "-"`, 2);
    }
    const lasting = await Promise.all(
        names.map(async (name) => {
            const [text = ""] = await git(dir, ["cat-file", "blob", `HEAD:Pulumi.${name}.yaml`]);
            return parseDocument(text).hasIn(["config", EXPIRES_IN_FILE]) ? [] : [name];
        }),
    );
    return lasting
        .flat()
        .filter((name) => name !== SANDBOX)
        .sort();
}

/** The files that differ between HEAD and where it left `base`; one that was renamed counts under both names. */
export function changedFiles(dir: string, base: string): Promise<string[]> {
    return git(dir, ["diff", "-z", "--name-only", "--no-renames", "--end-of-options", `${base}...HEAD`, "--"]);
}

/** What git prints, ended by NUL each. */
async function git(cwd: string, args: readonly string[]): Promise<string[]> {
    const { failed, stdout, stderr } = await execa("git", args, { cwd, reject: false, stdin: "ignore" });
    if (failed) {
        throw new CommandError(`git ${args[0] ?? ""} failed:\n${stderr}`);
    }
    return stdout.split("\0").filter((text) => text !== "");
}
