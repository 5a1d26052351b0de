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
    return found.map(({ key, owner, effect }) => {
        const where = `on ${releaseName} at ${houstonUrl}`;
        const setBy =
            owner === undefined
                ? `by somebody that ${OWNERS} does not list, e.g. in the Software UI`
                : `by ${owner} according to ${OWNERS}`;
        return effect === undefined
            ? `${key} is already set ${where}, ${setBy}. Remove it there, or set force: true on this target to take it ` +
                  "over; its old value is then lost"
            : `${key} is set ${where}, ${setBy}, and overrides what this stack sets: ${effect}. Remove it there, or set ` +
                  "force: true on this target to have it removed; its value is then lost";
    });
}
