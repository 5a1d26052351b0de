import { z } from "zod";

/** When a test stack may be torn down. A stack without it is none, and is never torn down by a script. */

/** The config key, after the project's name. */
export const EXPIRES = "expires";
/** The same as a stack's file has it. */
export const EXPIRES_IN_FILE = `airflow-secrets-backends:${EXPIRES}`;

const time = z.iso.datetime({ offset: true });

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
    return time.safeParse(value).success;
}

/** Whether that time has come. */
export function isPast(expires: string, now: Date): boolean {
    return Date.parse(expires) <= now.getTime();
}
