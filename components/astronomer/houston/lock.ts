import { createHash } from "node:crypto";
import { lstat, mkdir } from "node:fs/promises";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { lock } from "proper-lockfile";
import { HoustonError } from "./errors";

/** How long to wait for the lock. A write takes seconds. */
const TIMEOUT_MS = 300_000;
const POLL_MS = 50;

/**
 * The last queued work of this process, by lock name. Writers in one process run in order, so that only one of them at
 * a time competes for the lock file.
 */
const queues = new Map<string, Promise<unknown>>();

/** Whether the lock is still held. It can be lost, for example while this machine sleeps. */
export type IsHeld = () => boolean;

/**
 * Runs `work` while holding a lock. The lock excludes all processes of this user on this machine: other resources of
 * this stack, and other stacks that run at the same time.
 *
 * @throws HoustonError if the lock is not free after five minutes
 */
export async function withLock<T>(name: string, work: (isHeld: IsHeld) => Promise<T>): Promise<T> {
    const previous = queues.get(name) ?? Promise.resolve();
    const current = previous.then(() => withLockFile(name, work));
    const settled = current.catch(() => undefined);
    queues.set(name, settled);
    try {
        return await current;
    } finally {
        if (queues.get(name) === settled) {
            queues.delete(name);
        }
    }
}

async function withLockFile<T>(name: string, work: (isHeld: IsHeld) => Promise<T>): Promise<T> {
    const dir = await lockDir();
    const file = join(dir, createHash("sha256").update(name).digest("hex").slice(0, 32));
    const state = { held: true };
    const release = await lock(file, {
        lockfilePath: file,
        realpath: false,
        retries: { retries: TIMEOUT_MS / POLL_MS, factor: 1, minTimeout: POLL_MS, maxTimeout: POLL_MS },
        onCompromised: () => {
            state.held = false;
        },
    }).catch((error: unknown) => {
        if ((error as NodeJS.ErrnoException).code === "ELOCKED") {
            throw new HoustonError(
                `Another pulumi on this machine has been writing to ${name} for ${TIMEOUT_MS / 60_000} minutes. Wait ` +
                    `for it; if there is none, remove ${file}`,
            );
        }
        throw error;
    });
    try {
        return await work(() => state.held);
    } finally {
        if (state.held) {
            await release();
        }
    }
}

/** Creates and returns a folder that belongs to this user, so that other users cannot take our locks. */
async function lockDir(): Promise<string> {
    const { uid } = userInfo();
    const dir = join(tmpdir(), `airflow-secrets-backends-${uid}`);
    await mkdir(dir, { recursive: true, mode: 0o700 });
    const found = await lstat(dir);
    if (!found.isDirectory() || (uid !== -1 && found.uid !== uid)) {
        throw new HoustonError(`${dir} belongs to somebody else: remove it, or set TMPDIR to a folder of your own`);
    }
    return dir;
}
