import type { Change } from "./changes";
import { isMapping } from "../../lib/json";

/**
 * Names of the environment variables that were secret so far and no longer are. On Kubernetes none is anything but a
 * reference to a Secret.
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
