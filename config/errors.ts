import type { z } from "zod";
import { nearest } from "./nearest";
import { advice } from "./rules";
import { describe, place } from "./text";

/** The config is wrong: every mistake, a line each. */
export class ConfigError extends Error {
    constructor(readonly mistakes: readonly string[]) {
        super(mistakes.join("\n"));
        this.name = "ConfigError";
    }
}

/** One thing that is wrong in the stack's config. */
export interface Mistake {
    /** Where: a key of the stack's config, and in the list of Deployments an index, then keys. */
    readonly path: readonly PropertyKey[];
    readonly found: string;
    /** What is allowed there and what to do: see `advice`. */
    readonly advice: string;
}

/** The line that a user reads. `name` is that of the Deployment it is in, where it is known. */
export function lineOf(mistake: Mistake, name: string | undefined): string {
    return `${place(mistake.path, name)}: found ${mistake.found}. ${mistake.advice}`;
}

/** What zod says of the stack's config. */
export function mistakesOf(error: z.ZodError, config: unknown): Mistake[] {
    return error.issues.flatMap((issue) => {
        const { path } = issue;
        if (issue.code === "unrecognized_keys") {
            return issue.keys.map((key) => unknownKey([...path, key], key, issue.message));
        }
        const found = valueAt(config, path);
        return [{ path, found: describe(found), advice: issue.message + quotesHint(issue, found) }];
    });
}

/** Its value stays unsaid: it may well be a token that somebody thought belongs here. */
function unknownKey(path: readonly PropertyKey[], key: string, allowed: string): Mistake {
    const meant = nearest(key, allowed.split(", "));
    const todo = meant === undefined ? "Remove it" : `Did you mean ${meant}?`;
    return { path, found: "an unknown key", advice: advice({ allowed, todo }) };
}

/** YAML's quotes decide between a text and a number, and nothing here is turned from one into the other. */
function quotesHint(issue: z.core.$ZodIssue, found: unknown): string {
    if (issue.code === "invalid_type" && issue.expected === "string") {
        const isOther = typeof found === "number" || typeof found === "boolean";
        return isOther ? ` As it is, this is a ${typeof found}: put it in quotes.` : "";
    }
    return typeof found === "string" && wouldBeAllowed(issue, found) ? " Write it without quotes." : "";
}

function wouldBeAllowed(issue: z.core.$ZodIssue, quoted: string): boolean {
    switch (issue.code) {
        case "invalid_value":
            return issue.values.some((value) => String(value) === quoted);
        case "invalid_type":
            return (
                (issue.expected === "number" && /^\d+$/.test(quoted)) ||
                (issue.expected === "boolean" && /^(true|false)$/.test(quoted))
            );
        default:
            return false;
    }
}

function valueAt(config: unknown, path: readonly PropertyKey[]): unknown {
    return path.reduce<unknown>(
        (value, key) =>
            typeof value === "object" && value !== null && Object.hasOwn(value, key)
                ? (value as Record<PropertyKey, unknown>)[key]
                : undefined,
        config,
    );
}
