import type { HoustonDeployment } from "./deployment";
import { OWNERS, type Conflict } from "./variables";

/** Each variable that is somebody else's, and what to do about it: a sentence without its full stop. */
export function describeConflicts(
    found: readonly Conflict[],
    { releaseName, houstonUrl }: Pick<HoustonDeployment, "releaseName" | "houstonUrl">,
): string[] {
    return found.map(({ key, owner }) => {
        const whose =
            owner === undefined ? `by somebody whom ${OWNERS} does not name` : `by ${owner}, as ${OWNERS} says`;
        return (
            `${key} is already set on ${releaseName} at ${houstonUrl}, ${whose}. Remove it there, or set force: true on ` +
            "this target to take it over; its old value is then gone"
        );
    });
}
