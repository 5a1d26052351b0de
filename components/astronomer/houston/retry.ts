import { setTimeout as delay } from "node:timers/promises";
import { HoustonError } from "./errors";

/** Waits before the second try and those after it, in milliseconds. */
const WAITS = [500, 1_000, 2_000, 4_000] as const;
/** No longer than this, whatever Houston asks for. */
const LONGEST_MS = 30_000;

/**
 * Does `work` again where that may help: no answer, too many calls, a server's fault. It has to start from the
 * beginning each time; a write that had no answer may have been done.
 */
export async function withRetries<T>(work: () => Promise<T>): Promise<T> {
    for (const wait of WAITS) {
        try {
            return await work();
        } catch (error) {
            if (!(error instanceof HoustonError) || error.retry === false) {
                throw error;
            }
            await delay(Math.min(error.retry.afterMs ?? wait, LONGEST_MS));
        }
    }
    return work();
}
