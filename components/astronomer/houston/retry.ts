import { setTimeout as delay } from "node:timers/promises";
import { HoustonError } from "./errors";

/** Delays before the retries. */
const DELAYS_MS = [500, 1_000, 2_000, 4_000] as const;
/** Maximum delay, whatever Houston asks for. */
const MAX_DELAY_MS = 30_000;

/**
 * Runs `work`, and repeats it if a retry may help: no response, rate limiting, a server error. `work` has to start from
 * the beginning each time: a write without a response may have succeeded.
 */
export async function withRetries<T>(work: () => Promise<T>): Promise<T> {
    for (const defaultDelay of DELAYS_MS) {
        try {
            return await work();
        } catch (error) {
            if (!(error instanceof HoustonError) || error.retry === false) {
                throw error;
            }
            await delay(Math.min(error.retry.afterMs ?? defaultDelay, MAX_DELAY_MS));
        }
    }
    return work();
}
