import { mkdtemp, readdir, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

const NAME = /^airflow-secrets-backends-(\d+)-/;
/** A container may share this folder, but sees other processes. */
const MINIMUM_AGE_MS = 3_600_000;

/**
 * Calls `work` with a temporary folder that only this user can open, and deletes it afterwards. Also deletes the folders of
 * this user's processes that were killed: they may contain secrets.
 */
export async function withTemporaryFolder<T>(work: (dir: string) => Promise<T>, parent = tmpdir()): Promise<T> {
    await deleteLeftovers(parent);
    const dir = await mkdtemp(join(parent, `airflow-secrets-backends-${process.pid}-`));
    try {
        return await work(dir);
    } finally {
        await rm(dir, { recursive: true, force: true });
    }
}

async function deleteLeftovers(parent: string): Promise<void> {
    for (const name of await readdir(parent)) {
        const [, pid] = NAME.exec(name) ?? [];
        const path = join(parent, name);
        if (pid !== undefined && !isRunning(Number(pid)) && (await isOwnAndOld(path))) {
            await rm(path, { recursive: true, force: true });
        }
    }
}

async function isOwnAndOld(path: string): Promise<boolean> {
    try {
        const { uid, mtimeMs } = await stat(path);
        return uid === process.getuid?.() && Date.now() - mtimeMs > MINIMUM_AGE_MS;
    } catch (error) {
        // Another process has just deleted it.
        if ((error as NodeJS.ErrnoException).code === "ENOENT") {
            return false;
        }
        throw error;
    }
}

/** Whether a process with that number runs on this machine. */
export function isRunning(pid: number): boolean {
    try {
        return process.kill(pid, 0);
    } catch (error) {
        // EPERM: the process runs and belongs to another user.
        return (error as NodeJS.ErrnoException).code !== "ESRCH";
    }
}
