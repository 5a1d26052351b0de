import type { z } from "zod";
import type { Scope } from "../airflow/scope";
import { advice } from "../config/rules";
import type { BackendReach } from "./backend";

/**
 * Adds the check that a Deployment has either a scope or prefixes of its own, not both. The check also runs if other
 * keys are invalid.
 */
export function scopeOrPrefixes<T extends z.ZodObject>(backend: T): T {
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
