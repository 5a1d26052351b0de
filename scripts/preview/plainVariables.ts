import type { Change } from "./changes";
import { isMapping } from "../../lib/json";

/**
 * Returns the names of the environment variables that are no longer secret. Only for Astronomer: on Kubernetes, all of
 * them are references to a Secret.
 */
export function plainVariables({ type, old, new: next }: Change): string[] {
    if (type !== "airflow-deployment:astronomer:EnvironmentVariables" || old === undefined || next === undefined) {
        return [];
    }
    const was = namesOf(old.secretValues);
    return namesOf(next.values).filter((name) => was.includes(name));
}

function namesOf(values: unknown): string[] {
    return isMapping(values) ? Object.keys(values) : [];
}
