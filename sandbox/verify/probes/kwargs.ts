import type { z } from "zod";
import { BACKEND, BACKEND_KWARGS } from "../../../airflow/envVars";
import { parseJson } from "../../../lib/json";
import type { ProbedDeployment } from "./probe";

/**
 * Parses the backend's keyword arguments from the Deployment's own environment, as Airflow would. Returns the problem
 * if they are invalid; it never contains a value.
 */
export function readKwargs<T extends z.ZodType>(
    { name, env }: ProbedDeployment,
    backendClass: string,
    schema: T,
): { readonly kwargs: z.output<T> } | { readonly problem: string } {
    if (env[BACKEND] !== backendClass) return { problem: `${BACKEND} of ${name} is not ${backendClass}` };
    const given = parseJson(env[BACKEND_KWARGS] ?? "");
    if (given === undefined) return { problem: `${BACKEND_KWARGS} of ${name} is not JSON` };
    const result = schema.safeParse(given);
    if (result.success) return { kwargs: result.data };
    const issues = result.error.issues.map(({ path, message }) => [path.join("."), message].filter(Boolean).join(": "));
    return { problem: `${BACKEND_KWARGS} of ${name} is invalid: ${issues.join("; ")}` };
}
