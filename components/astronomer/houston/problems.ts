import type { HoustonDeployment } from "./deployment";
import { OWNERS, type Conflict } from "./variables";

/**
 * Returns one message per environment variable that somebody else set, with what to do about it. Each is a sentence
 * without its full stop.
 */
export function describeConflicts(
    found: readonly Conflict[],
    { releaseName, houstonUrl }: Pick<HoustonDeployment, "releaseName" | "houstonUrl">,
): string[] {
    return found.map(({ key, owner }) => {
        const setBy =
            owner === undefined ? `by somebody that ${OWNERS} does not list` : `by ${owner} according to ${OWNERS}`;
        return (
            `${key} is already set on ${releaseName} at ${houstonUrl}, ${setBy}. Remove it there, or set force: true on ` +
            "this target to take it over; its old value is then lost"
        );
    });
}
