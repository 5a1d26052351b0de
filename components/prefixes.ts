import type { z } from "zod";
import type { Scope } from "../airflow/scope";
import { advice } from "../config/rules";
import type { BackendReach } from "./backend";

/** Prefixes of a Deployment's own stand in place of a scope, never beside it. Looked at though something else is wrong. */
export function scopeOrPrefixes<T extends z.ZodObject>(backend: T): T {
    const rule = { allowed: "nothing beside scope", todo: "Write either scope or both prefixes" };
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

/** How a Deployment with a scope, or with prefixes in its place, could get other names. */
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
