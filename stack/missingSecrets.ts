import type { AirflowKey, ListedKeys, Place } from "../components/backend";
import type { Owner } from "../components/owner";
import { testSecretTexts } from "../airflow/testSecrets";
import { quote } from "../config/text";
import type { PlannedDeployment } from "./planStack";

/** How many of the missing secrets a message names. */
const NAMED = 10;

/** The fields of a Deployment that the check needs. */
export type MovingDeployment = Pick<PlannedDeployment, "name" | "allowMissing" | "current" | "move">;

export interface MissingSecrets {
    /** Sentences without a full stop. */
    readonly problems: readonly string[];
    /** What could not be compared, and why. */
    readonly warnings: readonly string[];
}

/**
 * Finds Deployments that would no longer find some of their secrets, because they read from another place from this run
 * on and the secrets are only in the old one. Airflow would not report that: it looks elsewhere, and finds nothing.
 *
 * @param listKeys lists what is in a place
 */
export async function findMissingSecrets(
    deployments: readonly MovingDeployment[],
    listKeys: (place: Place, owner: Owner) => Promise<ListedKeys>,
): Promise<MissingSecrets> {
    const found = await Promise.all(
        deployments.map(async ({ name, allowMissing, current: { owner }, move }) => {
            if (move === undefined || allowMissing) {
                return {};
            }
            const [before, after] = await Promise.all([listKeys(move.from, owner), listKeys(move.to, owner)]);
            if ("unknown" in before) {
                return { warning: notCompared(name, before.unknown) };
            }
            if ("unknown" in after) {
                return { warning: notCompared(name, after.unknown) };
            }
            const missing = missingKeys(before, after);
            return missing.length === 0 ? {} : { problem: refusal(name, missing) };
        }),
    );
    return {
        problems: found.flatMap(({ problem }) => problem ?? []),
        warnings: found.flatMap(({ warning }) => warning ?? []),
    };
}

type Listed = Exclude<ListedKeys, { readonly unknown: string }>;

/** Returns the keys in `before` that are not in `after`, without those of the test secrets. */
export function missingKeys(before: Listed, after: Listed): AirflowKey[] {
    const isExact = before.isExact && after.isExact;
    const form = ({ kind, key }: AirflowKey): string => `${kind}/${isExact ? key : looseForm(key)}`;
    const there = new Set([...after.keys, ...testSecretTexts].map(form));
    return before.keys.filter((key) => !there.has(form(key)));
}

/** Returns the same text for keys that may be the same secret where names have no `_` and are case-insensitive. */
function looseForm(key: string): string {
    return key.toLowerCase().replace(/[_-]+/g, "-");
}

function refusal(deployment: string, missing: readonly AirflowKey[]): string {
    const named = missing
        .map(({ kind, key }) => `${kind === "variables" ? "variable" : "connection"} ${quote(key)}`)
        .sort()
        .slice(0, NAMED);
    const more = missing.length > NAMED ? ` and ${missing.length - NAMED} more` : "";
    const count = missing.length === 1 ? "a secret is" : `${missing.length} secrets are`;
    return (
        `Deployment "${deployment}": its backend has another place for its secrets now, and ${count} in the old place ` +
        `only, so that Airflow would not find them: ${named.join(", ")}${more}. Copy what is needed to the new place, ` +
        "or write allowMissing: true in the Deployment"
    );
}

function notCompared(deployment: string, reason: string): string {
    return (
        `Deployment "${deployment}": its backend has another place for its secrets now. Whether all of them are there ` +
        `could not be compared: ${reason}. Compare the names yourself: Airflow does not report a secret that it does not ` +
        "find."
    );
}
