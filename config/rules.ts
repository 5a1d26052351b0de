import { z } from "zod";
import { isMapping } from "../lib/json";

/**
 * Building blocks of the config schema. Each value has one error message for every problem with it: what is allowed and
 * what to do. It is zod's message; errors.ts prepends where the value is and what was found.
 */
export interface Rule {
    /** What is allowed, without a full stop. */
    readonly allowed: string;
    /** What the user should do: a sentence without a full stop. */
    readonly todo: string;
}

/** Formats the second half of an error message. */
export function advice({ allowed, todo }: Rule): string {
    return `Allowed: ${allowed}. ${todo}${todo.endsWith("?") ? "" : "."}`;
}

/**
 * Returns zod's error for a rule.
 *
 * @param hint returns how to write a value that the rule would then allow: a sentence without a full stop; `undefined`
 * for any other value
 */
function errorOf(rule: Rule, hint: (found: unknown) => string | undefined) {
    return ({ input }: { readonly input?: unknown }): string => {
        const found = hint(input);
        return found === undefined ? advice(rule) : `${advice(rule)} ${found}.`;
    };
}

/** YAML reads a text as a number or as a boolean unless it is in quotes, and nothing here converts between them. */
function addQuotes(found: unknown, isAllowed: (value: string) => boolean): string | undefined {
    const needsQuotes = (typeof found === "number" || typeof found === "boolean") && isAllowed(String(found));
    return needsQuotes ? `This is a ${typeof found}: put it in quotes` : undefined;
}

function removeQuotes(found: unknown, isAllowed: (text: string) => boolean): string | undefined {
    return typeof found === "string" && isAllowed(found) ? "Write it without quotes" : undefined;
}

export function text(rule: Rule, isAllowed: (value: string) => boolean) {
    const error = errorOf(rule, (found) => addQuotes(found, isAllowed));
    return z.string({ error }).refine(isAllowed, { error });
}

/** A number with a unit. `units` are those to propose for a number without one. */
export function duration(rule: Rule, units: readonly string[], isAllowed: (value: string) => boolean) {
    const error = errorOf(rule, (found) => {
        const isCount = (typeof found === "number" || typeof found === "string") && /^[1-9]\d*$/.test(String(found));
        const proposals = isCount ? units.map((unit) => `${found}${unit}`).filter(isAllowed) : [];
        return proposals.length === 0 ? undefined : `The unit is missing: write ${proposals.join(" or ")}`;
    });
    return z.string({ error }).refine(isAllowed, { error });
}

export function integer(rule: Rule, min: number, max: number) {
    const isInRange = (text: string): boolean => /^\d+$/.test(text) && Number(text) >= min && Number(text) <= max;
    const error = errorOf(rule, (found) => removeQuotes(found, isInRange));
    // `abort`: report the message once, even if two checks fail.
    return z.int({ error, abort: true }).min(min, { error }).max(max, { error });
}

export function flag(rule: Rule) {
    return z.boolean({ error: errorOf(rule, (found) => removeQuotes(found, (text) => /^(true|false)$/.test(text))) });
}

export function oneOf<const T extends string | number>(rule: Rule, values: readonly T[]) {
    const isValue = (text: string): boolean => values.some((value) => String(value) === text);
    return z.literal(values, { error: errorOf(rule, (found) => removeQuotes(found, isValue)) });
}

/** A non-empty list. */
export function list<T extends z.ZodType>(rule: Rule, item: T) {
    const error = advice(rule);
    // Not `min`: an empty text would get the message twice, since zod checks the length of anything that has one.
    return z.array(item, { error }).refine(({ length }) => length > 0, { error });
}

/** An object whose key `kind` selects one of the options. `todo` shows how to write one. */
export function byKind<const T extends readonly [Kind, ...Kind[]]>(todo: string, options: T) {
    const schemas = options.map(({ schema }) => schema) as unknown as Schemas<T>;
    const kinds = options.map(({ kind }) => kind);
    const allowed = new Intl.ListFormat("en-GB", { type: "disjunction" }).format(kinds);
    const noMapping = advice({ allowed: `a mapping whose kind is ${allowed}`, todo });
    const noKind = advice({ allowed, todo: `Write e.g. kind: ${kinds[0] ?? ""}` });
    return z.discriminatedUnion("kind", schemas, {
        error: ({ input }) => (isMapping(input) ? noKind : noMapping),
    });
}

interface Kind {
    readonly kind: string;
    readonly schema: z.ZodObject<{ kind: z.ZodLiteral<string> }>;
}

type Schemas<T extends readonly Kind[]> = { readonly [Index in keyof T]: T[Index]["schema"] };

const removedKeys = z.registry<{ readonly removed: true }>();

/** A key that is not allowed any more. The error says what replaced it. */
export function removed(rule: Rule) {
    return z
        .undefined({ error: advice(rule) })
        .optional()
        .register(removedKeys, { removed: true });
}

/** An object without unknown keys. The error message of an unknown key is the list of the allowed keys. */
export function mapping<T extends z.ZodRawShape>(todo: string, shape: T) {
    const allowed = Object.entries(shape).filter(([, schema]) => !removedKeys.has(schema));
    const keys = allowed.map(([key]) => key).join(", ");
    const error = advice({ allowed: `a mapping with the keys ${keys}`, todo });
    return z.strictObject(shape, { error: (issue) => (issue.code === "unrecognized_keys" ? keys : error) });
}

export const DNS_LABEL =
    'lower-case letters, digits and "-", a letter or digit at both ends, at most 63 characters (a DNS label)';
export const DNS_SUBDOMAIN =
    'lower-case letters, digits, "-" and ".", a letter or digit at both ends of each part, at most 253 characters';
const CHARACTERS = 'letters, digits, ".", "_" and "-", but not "." or ".." alone';
export const SEGMENT = `one path segment of ${CHARACTERS}`;
export const SEGMENTS = `path segments of ${CHARACTERS}, joined by "/", without "/" at either end`;

/** Whether the value is an RFC 1123 label. */
export function isDnsLabel(value: string): boolean {
    return value.length <= 63 && /^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/.test(value);
}

/** Whether the value is an RFC 1123 subdomain as Kubernetes defines it: only the total length is limited. */
export function isDnsSubdomain(value: string): boolean {
    return value.length <= 253 && value.split(".").every((part) => /^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/.test(part));
}

/** Whether the value is one path segment. Excludes the wildcards and templates of Vault policies: `*`, `+`, `{{`. */
export function isSegment(value: string): boolean {
    return /^[A-Za-z0-9._-]+$/.test(value) && value !== "." && value !== "..";
}

export function isSegments(value: string): boolean {
    return value.split("/").every(isSegment);
}

/** Whether the value is an absolute path of a file, without control characters. */
export function isFilePath(value: string): boolean {
    return /^(\/[^/\p{C}]+)+$/u.test(value);
}

/**
 * Whether the value is an HTTP(S) URL without query, fragment and user info. `new URL` alone accepts too much:
 * surrounding spaces, backslashes, a missing slash. Airflow gets the value as it is written and does not accept these.
 */
export function isServerAddress(value: string): boolean {
    const isPlain = /^https?:\/\/[!-~]+$/.test(value) && !/[\\?#@]|^https?:\/\/\//.test(value);
    return isPlain && URL.canParse(value);
}

const cidr = z.union([z.cidrv4(), z.cidrv6()]);

/** Whether the value is an IPv4 or IPv6 address with a prefix length. */
export function isCidr(value: string): boolean {
    return cidr.safeParse(value).success;
}

/** Not zod's `uuid`: it requires a version, which not every Azure id has. */
const guid = z.guid().lowercase();

/** Whether the value is a lower-case UUID of any version, as Azure uses it. */
export function isGuid(value: string): boolean {
    return guid.safeParse(value).success;
}
