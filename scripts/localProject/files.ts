import {
    chmodSync,
    existsSync,
    lstatSync,
    mkdirSync,
    readFileSync,
    readlinkSync,
    realpathSync,
    renameSync,
    rmSync,
    statSync,
    writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { CommandError } from "../command";

export const ENV = ".env";
/**
 * Name of the file that replaces another one. Both ignore files have it, so a run that is killed leaves no credential
 * where git or `docker build` takes it. The next run deletes it.
 */
export const TEMPORARY = ".env.airflow-secrets-backends";

/**
 * Reads a file; returns `undefined` if it does not exist.
 *
 * @throws CommandError if it cannot be read
 */
export function readBytes(path: string): Buffer | undefined {
    try {
        // Reading a pipe would wait for somebody to write to it.
        if (!statSync(path).isFile()) {
            throw new Error("it is not a file");
        }
        return readFileSync(path);
    } catch (error) {
        if ((error as NodeJS.ErrnoException).code === "ENOENT") {
            return undefined;
        }
        throw new CommandError(`Cannot read ${path}: ${(error as Error).message}. Nothing was written`);
    }
}

/** @throws CommandError if `.env` is a symbolic link: whoever uses the other file would get the credentials */
export function refuseLinkedEnv(folder: string): void {
    const env = join(folder, ENV);
    if (lstatSync(env, { throwIfNoEntry: false })?.isSymbolicLink() === true) {
        throw new CommandError(
            `${env} is a symbolic link to ${readlinkSync(env)}: the credentials would be written there, and git may ` +
                "track that file. Nothing was written. Replace the link with a file of its own",
        );
    }
}

/** Deletes what a run that was killed has left. */
export function removeTemporary(folder: string): void {
    rmSync(join(folder, TEMPORARY), { force: true });
}

/**
 * Replaces a file atomically, so that it is never read half-written. A symbolic link is kept and its target replaced.
 *
 * @param isPrivate whether only its owner may read it; otherwise its mode is kept
 * @throws CommandError if it cannot be written
 */
export function replaceFile(path: string, bytes: Buffer, isPrivate: boolean): void {
    try {
        replace(path, bytes, isPrivate);
    } catch (error) {
        throw new CommandError(`Cannot write ${path}: ${(error as Error).message}`);
    }
}

function replace(path: string, bytes: Buffer, isPrivate: boolean): void {
    mkdirSync(dirname(path), { recursive: true });
    const target = existsSync(path) ? realpathSync(path) : path;
    const found = statSync(target, { throwIfNoEntry: false });
    const mode = isPrivate ? 0o600 : (found?.mode ?? 0o644) & 0o777;
    const temporary = join(dirname(target), TEMPORARY);
    removeTemporary(dirname(target));
    try {
        writeFileSync(temporary, bytes, { mode, flag: "wx" });
        chmodSync(temporary, mode);
        renameSync(temporary, target);
    } finally {
        rmSync(temporary, { force: true });
    }
}
