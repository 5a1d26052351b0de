import type { z } from "zod";
import { advice } from "../config/rules";

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
