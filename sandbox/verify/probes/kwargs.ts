import type { z } from "zod";
import { BACKEND, BACKEND_KWARGS } from "../../../airflow/envVars";
import { parsedJson } from "../../../lib/json";
import type { ProbedDeployment } from "./probe";

/**
 * The backend's keyword arguments as the Deployment's own environment tells Airflow; or why they are no good, without
 * any of the values.
 */
export function readKwargs<T extends z.ZodType>(
    { name, env }: ProbedDeployment,
    backendClass: string,
    schema: T,
): { readonly kwargs: z.output<T> } | { readonly problem: string } {
    if (env[BACKEND] !== backendClass) return { problem: `${BACKEND} of ${name} is not ${backendClass}` };
    const given = parsedJson(env[BACKEND_KWARGS] ?? "");
    if (given === undefined) return { problem: `${BACKEND_KWARGS} of ${name} is not JSON` };
    const result = schema.safeParse(given);
    if (result.success) return { kwargs: result.data };
    const issues = result.error.issues.map(({ path, message }) => [path.join("."), message].filter(Boolean).join(": "));
    return { problem: `${BACKEND_KWARGS} of ${name} is not as it should be: ${issues.join("; ")}` };
}
