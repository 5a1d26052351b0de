import { z } from "zod";
import { isMapping } from "../lib/json";

/**
 * The parts the schema is made of. Whatever is wrong with a value, its error says the same: what is allowed there and
 * what to do. That text is zod's message; `errors.ts` puts the place and what was found before it.
 */
export interface Rule {
    readonly allowed: string;
    /** What the user should do, as a sentence without its full stop. */
    readonly todo: string;
}

/** The second half of every error. */
export function advice({ allowed, todo }: Rule): string {
    return `Allowed: ${allowed}. ${todo}${todo.endsWith("?") ? "" : "."}`;
}

export function text(rule: Rule, isAllowed: (value: string) => boolean) {
    const error = advice(rule);
    return z.string({ error }).refine(isAllowed, { error });
}

export function integer(rule: Rule, min: number, max: number) {
    const error = advice(rule);
    // Said once, also of what is wrong in two ways.
    return z.int({ error, abort: true }).min(min, { error }).max(max, { error });
}

export function flag(rule: Rule) {
    return z.boolean({ error: advice(rule) });
}

export function oneOf<const T extends string | number>(rule: Rule, values: readonly T[]) {
    return z.literal(values, { error: advice(rule) });
}

/** A list that is not empty. */
export function list<T extends z.ZodType>(rule: Rule, item: T) {
    const error = advice(rule);
    return z.array(item, { error }).min(1, { error });
}

/** An object whose key `kind` says which of the options it is. `todo` says how to write one. */
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

/** An object without other keys. For an unknown key, the message is the list of those that are allowed. */
export function mapping<T extends z.ZodRawShape>(todo: string, shape: T) {
    const keys = Object.keys(shape).join(", ");
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

/** RFC 1123. */
export function isDnsLabel(value: string): boolean {
    return value.length <= 63 && /^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/.test(value);
}

/** RFC 1123, as Kubernetes reads it: only the whole is limited in length. */
export function isDnsSubdomain(value: string): boolean {
    return value.length <= 253 && value.split(".").every((part) => /^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/.test(part));
}

/** Leaves out what Vault's policies read as more than a name: `*`, `+`, `{{`. */
export function isSegment(value: string): boolean {
    return /^[A-Za-z0-9._-]+$/.test(value) && value !== "." && value !== "..";
}

export function isSegments(value: string): boolean {
    return value.split("/").every(isSegment);
}

/**
 * `new URL` alone forgives too much: blanks around, backslashes, a missing slash. Everything it forgives reaches
 * Airflow, which does not.
 */
export function isServerAddress(value: string): boolean {
    const isPlain = /^https?:\/\/[!-~]+$/.test(value) && !/[\\?#@]|^https?:\/\/\//.test(value);
    return isPlain && URL.canParse(value);
}

const cidr = z.union([z.cidrv4(), z.cidrv6()]);

/** An IPv4 or IPv6 address with the length of its prefix. */
export function isCidr(value: string): boolean {
    return cidr.safeParse(value).success;
}

/** Zod's own `uuid` wants a version in it, which not every id of Azure's has. */
const guid = z.guid().lowercase();

/** A UUID as Azure writes it, of any version. */
export function isGuid(value: string): boolean {
    return guid.safeParse(value).success;
}
