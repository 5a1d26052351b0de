/** When a test stack may be torn down. A stack without it is none, and is never torn down by a script. */

/** The config key, after the project's name. */
export const EXPIRES = "expires";
/** The same as a stack's file has it. */
export const EXPIRES_IN_FILE = `airflow-secrets-backends:${EXPIRES}`;

export const expiresRule = {
    allowed: "a time with its offset from UTC, as RFC 3339 writes it",
    example: "2026-12-01T18:00:00Z",
} as const;

/**
 * The time that a config value stands for, as RFC 3339 writes it; nothing where it stands for none. Of one without quotes
 * YAML makes a time, which the engine then writes as Go does.
 */
export function expiresOf(value: unknown): string | undefined {
    const [, date, time, hours, minutes] =
        /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d(?:\.\d+)?) ([+-]\d\d)(\d\d) \S+$/.exec(String(value)) ?? [];
    const found = date === undefined ? value : `${date}T${time ?? ""}${hours ?? ""}:${minutes ?? ""}`;
    return isExpires(found) ? found.replace("+00:00", "Z") : undefined;
}

/** Whether it is such a time, and one that there is: no 30th of February. */
export function isExpires(value: unknown): value is string {
    if (typeof value !== "string") {
        return false;
    }
    const [, date, time, sign, hours = "0", minutes = "0"] =
        /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)(?:\.\d+)?(?:Z|([+-])(\d\d):(\d\d))$/.exec(value) ?? [];
    const instant = Date.parse(value);
    if (date === undefined || time === undefined || Number.isNaN(instant)) {
        return false;
    }
    // JavaScript takes a day that there is not for one in the next month.
    const offset = (sign === "-" ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * 60_000;
    return new Date(instant + offset).toISOString().startsWith(`${date}T${time}`);
}

/** Whether that time has come. */
export function isPast(expires: string, now: Date): boolean {
    return Date.parse(expires) <= now.getTime();
}
