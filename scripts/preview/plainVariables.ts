import { resourceType } from "../../stack/resources";
import type { Change } from "./changes";

/** Returns the names of the environment variables that are no longer secret. */
export function plainVariables({ type, old, new: next }: Change): readonly string[] {
    const envNames = resourceType(type)?.envNames;
    if (envNames === undefined || old === undefined || next === undefined) {
        return [];
    }
    const { secret } = envNames(old);
    return envNames(next).plain.filter((name) => secret.includes(name));
}
