import { z } from "zod";

/**
 * The config key, without the project's name: when a test stack may be torn down. A stack without it is not a test
 * stack, and no script tears it down.
 */
export const EXPIRES = "expires";
/** The forms in which Pulumi accepts the key in a stack's file. */
const inFile = ["airflow-secrets-backends:", "airflow-secrets-backends:config:", ""].map(
    (namespace) => `${namespace}${EXPIRES}`,
);

const rfc3339 = z.iso.datetime({ offset: true });

/** Returns the value of `expires` in the `config` of a stack's file; `undefined` if it has none. */
export function expiresIn(config: Readonly<Record<string, unknown>> | null | undefined): unknown {
    return inFile.map((key) => config?.[key]).find((value) => value !== undefined && value !== null);
}

/**
 * Parses a config value; returns an RFC 3339 time, or `undefined` if the value is not a time. YAML reads an unquoted
 * value as a timestamp, which the engine then formats as Go does (`2026-12-01 18:00:00 +0000 UTC`).
 */
export function expiresOf(value: unknown): string | undefined {
    const [, date, time, hours, minutes] =
        /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d(?:\.\d+)?) ([+-]\d\d)(\d\d) \S+$/.exec(String(value)) ?? [];
    const found = date === undefined ? value : `${date}T${time ?? ""}${hours ?? ""}:${minutes ?? ""}`;
    return isExpires(found) ? found.replace("+00:00", "Z") : undefined;
}

/** Whether the value is an RFC 3339 time with an offset, and a valid date (not February 30th). */
export function isExpires(value: unknown): value is string {
    return rfc3339.safeParse(value).success;
}

/** Whether `expires` is not later than `now`. */
export function isPast(expires: string, now: Date): boolean {
    return Date.parse(expires) <= now.getTime();
}
