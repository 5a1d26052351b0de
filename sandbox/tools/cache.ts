import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { lock } from "proper-lockfile";
import { log } from "../progress";

/**
 * Returns `folder`, and creates it if it does not exist. `make` fills a temporary folder beside it, which is moved into
 * place once it is complete: if two clones build at the same time, neither sees an incomplete tool, and the second
 * waits for the first.
 */
export async function cached(folder: string, make: (temporary: string) => Promise<void>): Promise<string> {
    if (existsSync(folder)) {
        return folder;
    }
    await mkdir(dirname(folder), { recursive: true, mode: 0o700 });
    const release = await waitForLock(folder);
    try {
        if (!existsSync(folder)) {
            const temporary = await mkdtemp(join(dirname(folder), `.${basename(folder)}-`));
            try {
                await make(temporary);
                await rename(temporary, folder);
            } finally {
                await rm(temporary, { recursive: true, force: true });
            }
        }
    } finally {
        await release();
    }
    return folder;
}

async function waitForLock(folder: string): Promise<() => Promise<void>> {
    const options = { realpath: false, stale: 30_000 };
    try {
        return await lock(folder, options);
    } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== "ELOCKED") {
            throw error;
        }
    }
    log(`another process is creating ${basename(folder)}, waiting for it …`);
    return lock(folder, { ...options, retries: { retries: 1200, factor: 1, minTimeout: 1000 } });
}
