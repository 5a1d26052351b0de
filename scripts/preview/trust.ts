import type { Change, Part } from "./changes";
import { resourceType } from "../../stack/resources";

/** What a reviewer has to know about whom a Deployment's identity lets log in. */
export type TrustFinding =
    /** A login without a stored credential is new in the Deployment: all whom it trusts. */
    | { readonly kind: "trusts"; readonly whom: readonly string[] }
    /** Those whom the login did not trust before. */
    | { readonly kind: "trust-widened"; readonly whom: readonly string[] }
    | { readonly kind: "trust-unclear"; readonly role: string };

/**
 * Compares whom a Deployment's identities trust. The one that the env vars leave stays for the overlap, so its resources
 * are still there.
 */
export function trustFindings({ changes, movesFrom }: Part): TrustFinding[] {
    const trusting = changes.filter(({ type }) => resourceType(type)?.trusts !== undefined);
    const made = trusting.filter(({ kind }) => kind !== "same" && kind !== "deleted");
    const left = trusting.filter(
        ({ hash, kind }) => kind !== "created" && (movesFrom === undefined || hash === movesFrom),
    );
    const now = made.map((change) => ({ change, whom: trustedIn(change, change.new) }));
    const before = left.flatMap((change) => trustedIn(change, change.old) ?? []);
    const unclear = now.filter(({ whom }) => whom === undefined).map(({ change }) => change.role);
    const all = [...new Set(now.flatMap(({ whom = [] }) => whom))].sort();
    const added = all.filter((each) => !before.includes(each));
    return [
        ...[...new Set(unclear)].map((role) => ({ kind: "trust-unclear" as const, role })),
        ...(before.length === 0 && all.length > 0 ? [{ kind: "trusts" as const, whom: all }] : []),
        ...(before.length > 0 && added.length > 0 ? [{ kind: "trust-widened" as const, whom: added }] : []),
    ];
}

/** An IAM member, for example, trusts only if its member is a federated one: it then returns an empty list. */
function trustedIn({ type }: Change, inputs: Change["new"]): readonly string[] | undefined {
    return inputs === undefined ? undefined : resourceType(type)?.trusts?.(inputs);
}
