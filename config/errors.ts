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
        return [{ path, found: describe(valueAt(config, path)), advice: issue.message }];
    });
}

/** The value of an unknown key is not printed: it may be a token that somebody mistakenly put here. */
function unknownKey(path: readonly PropertyKey[], key: string, allowed: string): Problem {
    const suggestion = nearest(key, allowed.split(", "));
    const todo = suggestion === undefined ? "Remove it" : `Did you mean ${suggestion}?`;
    return { path, found: "an unknown key", advice: advice({ allowed, todo }) };
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
