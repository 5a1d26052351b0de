import type { z } from "zod";
import type { Scope } from "../airflow/scope";
import { advice, oneOf } from "../config/rules";
import type { BackendReach } from "./backend";

/** The key `only` of `backend`. */
export const only = oneOf(
    {
        allowed: "connections or variables",
        todo: "Write what Airflow looks up in the backend, or leave the key out for both",
    },
    ["connections", "variables"],
).optional();

/** Adds the checks of the keys that decide what Airflow looks up. They also run if other keys are invalid. */
export function withPrefixChecks<T extends z.ZodObject>(backend: T): T {
    return noKeyWithoutEffect(scopeOrPrefixes(backend));
}

/** Adds the check that a Deployment has either a scope or prefixes of its own, not both. */
function scopeOrPrefixes<T extends z.ZodObject>(backend: T): T {
    const rule = { allowed: "no prefix if scope is set", todo: "Write either scope or both prefixes" };
    return ["variablesPrefix", "connectionsPrefix"].reduce(
        (checked, key) =>
            checked.refine((found) => found.scope === undefined || found[key] === undefined, {
                path: [key],
                error: advice(rule),
                when: () => true,
            }),
        backend,
    );
}

/** The keys about one of the two, in all kinds of backend. */
const keysAbout = {
    variables: ["variablesPrefix", "variablesLookupPattern"],
    connections: ["connectionsPrefix", "connectionsLookupPattern", "extraConnWords"],
} as const;

/** Adds the check that no key is about what Airflow does not look up. */
function noKeyWithoutEffect<T extends z.ZodObject>(backend: T): T {
    const rule = { allowed: "no such key if only is another kind", todo: "Remove one of the two" };
    return Object.entries(keysAbout)
        .flatMap(([kind, keys]) => keys.map((key) => ({ kind, key })))
        .reduce(
            (checked, { kind, key }) =>
                checked.refine((found) => found.only === undefined || found.only === kind || found[key] === undefined, {
                    path: [key],
                    error: advice(rule),
                    when: () => true,
                }),
            backend,
        );
}

/** Returns how a Deployment that has a scope or prefixes could get other secret names. */
export function prefixAlternative({
    scope,
    variablesPrefix,
    connectionsPrefix,
}: Scope): Pick<BackendReach, "scope" | "takesScope" | "alternative"> {
    return {
        scope,
        takesScope: variablesPrefix === undefined && connectionsPrefix === undefined,
        alternative: "another scope or other prefixes",
    };
}
