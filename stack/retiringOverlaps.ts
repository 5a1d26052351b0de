import { overlappingPrefixes, type Reach } from "../config/overlap";
import { quote } from "../config/text";
import { groupBy } from "../lib/groupBy";
import { reachOf } from "./kinds";
import type { PlannedDeployment } from "./planStack";

/**
 * Finds Deployments that would read what another Deployment's previous identity may still read. The config alone does
 * not show this: the other Deployment has another scope there already.
 *
 * @param stack name of the stack, for the command in the message
 * @returns sentences without a full stop
 */
export function retiringOverlaps(deployments: readonly PlannedDeployment[], stack: string): string[] {
    const readers = deployments.flatMap((deployment) => {
        const { backend, shareSecrets } = deployment;
        const reach = reachOf(backend);
        return reach === undefined ? [] : [{ deployment, reach: { ...reach, shareSecrets } }];
    });
    const byStore = groupBy(readers, ({ reach }) => reach.store);
    return deployments.flatMap((previous) =>
        retiringReaches(previous).flatMap(({ reach, until }) =>
            (byStore.get(reach.store) ?? [])
                .filter(({ deployment }) => deployment !== previous)
                .flatMap((reader) => {
                    const prefixes = overlappingPrefixes(reader.reach, reach);
                    const who = { reader: reader.deployment.name, previous: previous.name, stack };
                    return prefixes === undefined ? [] : [refusal(who, prefixes, until)];
                }),
        ),
    );
}

/** Returns what the Deployment's previous identities may read, and until when. */
function retiringReaches({ current, plan, made, shareSecrets }: PlannedDeployment): { reach: Reach; until: Date }[] {
    const identities = groupBy(
        plan.retiring.filter(({ identity }) => identity !== current.identity),
        ({ identity }) => identity,
    );
    return [...identities].flatMap(([identity, credentials]) => {
        const place = made.places.find((each) => each.identity === identity)?.place;
        const reach = place === undefined ? undefined : reachOf(place);
        const until = new Date(Math.max(...credentials.map((each) => each.until.getTime())));
        return reach === undefined ? [] : [{ reach: { ...reach, shareSecrets }, until }];
    });
}

function refusal(
    { reader, previous, stack }: { readonly reader: string; readonly previous: string; readonly stack: string },
    [wanted, held]: readonly [string, string],
    until: Date,
): string {
    return (
        `Deployment "${reader}": it would read ${quote(wanted)}, and the previous identity of Deployment "${previous}" ` +
        `may read ${quote(held)} until ${until.toISOString()}. Leave the backend of "${reader}" as it was until then, ` +
        `or write shareSecrets: true in both. To end it earlier: npm run rotate -- --stack ${stack} ` +
        `--deployment ${previous} --revoke`
    );
}
