import { createHash } from "node:crypto";
import { lstat, mkdir } from "node:fs/promises";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { lock } from "proper-lockfile";
import { HoustonError } from "./errors";

/** How long a writer waits for its turn. A write takes seconds. */
const PATIENCE_MS = 300_000;
const POLL_MS = 50;

/** What this process has in hand, by lock: its own writers take turns in order, and only the first asks for the file. */
const queues = new Map<string, Promise<unknown>>();

/** Tells `work` whether the lock still holds; it is lost when this machine slept, say. */
export type Held = () => boolean;

/**
 * Does `work` while nobody else of this user on this machine does work of that name: other resources of this stack,
 * other stacks that are brought up at once.
 */
export async function exclusively<T>(name: string, work: (isHeld: Held) => Promise<T>): Promise<T> {
    const before = queues.get(name) ?? Promise.resolve();
    const turn = before.then(() => withLockFile(name, work));
    const settled = turn.catch(() => undefined);
    queues.set(name, settled);
    try {
        return await turn;
    } finally {
        if (queues.get(name) === settled) {
            queues.delete(name);
        }
    }
}

async function withLockFile<T>(name: string, work: (isHeld: Held) => Promise<T>): Promise<T> {
    const dir = await lockDir();
    const file = join(dir, createHash("sha256").update(name).digest("hex").slice(0, 32));
    const state = { held: true };
    const release = await lock(file, {
        lockfilePath: file,
        realpath: false,
        retries: { retries: PATIENCE_MS / POLL_MS, factor: 1, minTimeout: POLL_MS, maxTimeout: POLL_MS },
        onCompromised: () => {
            state.held = false;
        },
    }).catch((error: unknown) => {
        if ((error as NodeJS.ErrnoException).code === "ELOCKED") {
            throw new HoustonError(
                `Another pulumi on this machine has been writing to ${name} for ${PATIENCE_MS / 60_000} minutes. Wait ` +
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

/** A folder of this user's own, where others cannot take our locks. */
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
