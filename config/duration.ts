export const HOUR_MS = 3_600_000;
export const DAY_MS = 24 * HOUR_MS;

/** Parses a duration in whole days or hours, e.g. `20d` or `36h`, to milliseconds; `undefined` if it is not one. */
export function durationMs(text: string): number | undefined {
    const [, count, unit] = /^(0|[1-9]\d{0,4})([dh])$/.exec(text) ?? [];
    return count === undefined ? undefined : Number(count) * (unit === "d" ? DAY_MS : HOUR_MS);
}

/** Formats milliseconds as whole days if possible, otherwise as hours rounded down. */
export function formatDuration(ms: number): string {
    return ms % DAY_MS === 0 ? `${ms / DAY_MS}d` : `${Math.floor(ms / HOUR_MS)}h`;
}
