import type { z } from "zod";
import { parseJson } from "../lib/json";
import { BACKEND, BACKEND_KWARGS } from "./envVars";
import type { Prefixes } from "./scope";

/** Environment variables of a Deployment, by name. */
export type Env = Readonly<Record<string, string>>;

/**
 * Parses the backend's keyword arguments from a Deployment's environment variables, as Airflow does. Returns the problem
 * if they are invalid; it never contains a value.
 *
 * @param schema the arguments, with the defaults of Airflow's backend
 */
export function readKwargs<T extends z.ZodType>(
    env: Env,
    backendClass: string,
    schema: T,
): { readonly kwargs: z.output<T> } | { readonly problem: string } {
    if (env[BACKEND] !== backendClass) {
        return { problem: `${BACKEND} is not ${backendClass}` };
    }
    const given = parseJson(env[BACKEND_KWARGS] ?? "");
    if (given === undefined) {
        return { problem: `${BACKEND_KWARGS} is not JSON` };
    }
    const result = schema.safeParse(given);
    if (result.success) {
        return { kwargs: result.data };
    }
    const issues = result.error.issues.map(({ path, message }) => [path.join("."), message].filter(Boolean).join(": "));
    return { problem: `${BACKEND_KWARGS} is invalid: ${issues.join("; ")}` };
}

/** The arguments for the prefixes. `null`: Airflow does not look up that kind. */
interface PrefixKwargs {
    readonly variables_prefix: string | null;
    readonly connections_prefix: string | null;
    readonly sep: string;
}

/**
 * Returns the keyword arguments for the prefixes. `null`: Airflow does not look up that kind. With a prefix for its own
 * configuration, Airflow also looks for that, in calls that cost money.
 */
export function prefixKwargs({ variables, connections, config }: Prefixes) {
    return {
        connections_prefix: connections ?? null,
        variables_prefix: variables ?? null,
        config_prefix: config ?? null,
    };
}

/** Returns the prefixes in a backend's keyword arguments. */
export function prefixesIn({ variables_prefix, connections_prefix, sep }: PrefixKwargs): Prefixes {
    return { variables: variables_prefix ?? undefined, connections: connections_prefix ?? undefined, sep };
}
