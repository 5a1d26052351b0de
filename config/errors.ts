import type { z } from "zod";
import { nearest } from "./nearest";
import { advice } from "./rules";
import { describe, formatPath } from "./text";

/** The stack's config is invalid. The message has one line per problem. */
export class ConfigError extends Error {
    constructor(readonly problems: readonly string[]) {
        super(problems.join("\n"));
        this.name = "ConfigError";
    }
}

/** One problem in the stack's config. */
export interface Problem {
    /**
     * Path of the value: a key of the stack's config; within the list of Deployments an index and further keys follow.
     */
    readonly path: readonly PropertyKey[];
    /** What was found there, in words or quoted. */
    readonly found: string;
    /** What is allowed there and what to do; see `advice` in rules.ts. */
    readonly advice: string;
}

/** Formats a problem as one line. `name` is the name of the Deployment that contains it, if known. */
export function lineOf(problem: Problem, name: string | undefined): string {
    return `${formatPath(problem.path, name)}: found ${problem.found}. ${problem.advice}`;
}

/** Converts zod's issues into problems. */
export function problemsOf(error: z.ZodError, config: unknown): Problem[] {
    return error.issues.flatMap((issue) => {
        const { path } = issue;
        if (issue.code === "unrecognized_keys") {
            return issue.keys.map((key) => unknownKey([...path, key], key, issue.message));
        }
        const found = valueAt(config, path);
        return [{ path, found: describe(found), advice: issue.message + quotesHint(issue, found) }];
    });
}

/** The value of an unknown key is not printed: it may be a token that somebody mistakenly put here. */
function unknownKey(path: readonly PropertyKey[], key: string, allowed: string): Problem {
    const suggestion = nearest(key, allowed.split(", "));
    const todo = suggestion === undefined ? "Remove it" : `Did you mean ${suggestion}?`;
    return { path, found: "an unknown key", advice: advice({ allowed, todo }) };
}

/** Hints at quotes: they decide whether YAML reads a string or a number, and nothing here converts between the two. */
function quotesHint(issue: z.core.$ZodIssue, found: unknown): string {
    if (issue.code === "invalid_type" && issue.expected === "string") {
        const needsQuotes = typeof found === "number" || typeof found === "boolean";
        return needsQuotes ? ` This is a ${typeof found}: put it in quotes.` : "";
    }
    return typeof found === "string" && allowedUnquoted(issue, found) ? " Write it without quotes." : "";
}

function allowedUnquoted(issue: z.core.$ZodIssue, quoted: string): boolean {
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
