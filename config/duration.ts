const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;
export const HOUR_MS = 60 * MINUTE_MS;
export const DAY_MS = 24 * HOUR_MS;

/** Parses a duration in whole days or hours, e.g. `20d` or `36h`, to milliseconds; `undefined` if it is not one. */
export function durationMs(text: string): number | undefined {
    return parse(text, { d: DAY_MS, h: HOUR_MS });
}

/** Parses a duration in whole minutes or seconds, e.g. `10m` or `90s`, to milliseconds; `undefined` if it is not one. */
export function shortDurationMs(text: string): number | undefined {
    return parse(text, { m: MINUTE_MS, s: SECOND_MS });
}

function parse(text: string, units: Readonly<Record<string, number>>): number | undefined {
    const [, count, unit = ""] = /^(0|[1-9]\d{0,4})([a-z])$/.exec(text) ?? [];
    const unitMs = units[unit];
    return count === undefined || unitMs === undefined ? undefined : Number(count) * unitMs;
}

/** Formats milliseconds as whole days if possible, otherwise as hours rounded down. */
export function formatDuration(ms: number): string {
    return ms % DAY_MS === 0 ? `${ms / DAY_MS}d` : `${Math.floor(ms / HOUR_MS)}h`;
}
