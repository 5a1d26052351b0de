import { z } from "zod";
import { readKwargs as parseKwargs } from "../../../airflow/kwargs";
import type { ProbedDeployment } from "./probe";

/** The argument for the variables' prefix. A Deployment that looks up no variables cannot be verified with one. */
export const variablePrefix = { variables_prefix: z.string() };

/** Parses the backend's keyword arguments of a Deployment. Returns the problem, with its name, if they are invalid. */
export function readKwargs<T extends z.ZodType>(
    { name, env }: ProbedDeployment,
    backendClass: string,
    schema: T,
): { readonly kwargs: z.output<T> } | { readonly problem: string } {
    const read = parseKwargs(env, backendClass, schema);
    return "problem" in read ? { problem: `${name}: ${read.problem}` } : read;
}
