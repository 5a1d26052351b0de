import { join } from "node:path";
import { execa } from "execa";
import { CommandError } from "../command";
import { ENV, TEMPORARY } from "./files";

/** @throws CommandError if git tracks the folder's `.env`: the credentials would become part of its history */
export async function refuseTrackedEnv(folder: string): Promise<void> {
    const env = join(folder, ENV);
    const found = await git(folder, ["ls-files", "--", ENV]);
    if (found === undefined) {
        return;
    }
    if (found.exitCode !== 0) {
        throw new CommandError(`Cannot find out whether git tracks ${env}: ${found.stderr}. Nothing was written`);
    }
    if (found.stdout !== "") {
        throw new CommandError(
            `${env} is tracked by git: the credentials would stay in its history. Nothing was written. Untrack it ` +
                `first: git -C ${folder} rm --cached ${ENV}`,
        );
    }
}

/**
 * Asks git, which alone knows all its rules: a symbolic link as `.gitignore`, for example, has no effect.
 *
 * @throws CommandError if `git add` would take the credentials
 */
export async function refuseUnignoredEnv(folder: string): Promise<void> {
    const names = [ENV, TEMPORARY];
    const found = await git(folder, ["check-ignore", "--no-index", "--", ...names]);
    if (found === undefined) {
        return;
    }
    // 1: none is ignored.
    if (found.exitCode !== 0 && found.exitCode !== 1) {
        throw new CommandError(
            `Cannot find out whether git ignores ${join(folder, ENV)}: ${found.stderr}. No credential was written`,
        );
    }
    const ignored = found.stdout.split("\n");
    const taken = names.filter((name) => !ignored.includes(name));
    if (taken.length > 0) {
        throw new CommandError(
            `git would not ignore ${taken.map((name) => join(folder, name)).join(" and ")}, although .gitignore says ` +
                "so: git add would take the credentials. No credential was written. Make .gitignore a regular file, " +
                `and see which rule applies: git -C ${folder} check-ignore --verbose --non-matching --no-index ${ENV}`,
        );
    }
}

interface GitResult {
    readonly exitCode: number | undefined;
    readonly stdout: string;
    readonly stderr: string;
}

/** Runs git in a folder; returns `undefined` without git or outside of a repository: there is no history then. */
async function git(folder: string, args: readonly string[]): Promise<GitResult | undefined> {
    const { exitCode, stdout, stderr, code } = await execa("git", ["-C", folder, ...args], {
        reject: false,
        stdin: "ignore",
        // For its messages.
        env: { LC_ALL: "C" },
    });
    return code === "ENOENT" || /not a git repository/i.test(stderr) ? undefined : { exitCode, stdout, stderr };
}
