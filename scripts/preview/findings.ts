import { isDeepStrictEqual } from "node:util";
import type { Change, Part } from "./changes";
import { isCredential, loginFindings, type LoginFinding } from "./credentials";
import { addedGrants, type Grant, type Granted } from "../../components/grants/grant";
import type { Inputs } from "../../components/resourceTypes";
import { grantedBy, grantKind } from "../../stack/resources";
import { testStackType } from "../../stack/testStackConfig";
import { trustFindings, type TrustFinding } from "./trust";
import { plainVariables } from "./plainVariables";

/** Something that a reviewer must not overlook in a Deployment. */
export type Finding =
    /** New grants that the previous grants do not provably cover. */
    | { readonly kind: "widened"; readonly role: string; readonly grants: readonly Grant[] }
    /** A change of a grant that could not be analysed. */
    | { readonly kind: "unclear"; readonly role: string; readonly why: string }
    /** Environment variables that are no longer secret. */
    | { readonly kind: "plain"; readonly names: readonly string[] }
    /** The stack gets `expires`: a time from which teardown destroys it. */
    | { readonly kind: "expires"; readonly at: string }
    | TrustFinding
    | { readonly kind: LoginFinding | "removed" };

/** Returns the findings of a Deployment, or of the resources that belong to no Deployment. */
export function findingsOf(part: Part): Finding[] {
    const login = loginFindings(part);
    const grants = part.changes.flatMap((change) => grantFindings(part, change, login.includes("identity-replaced")));
    const names = [...new Set(part.changes.flatMap(plainVariables))];
    return [
        ...expiry(part),
        ...grants,
        ...trustFindings(part),
        ...(names.length > 0 ? [{ kind: "plain" as const, names }] : []),
        ...login.map((kind) => ({ kind })),
        ...(part.whole === "deleted" && part.deployment !== undefined ? [{ kind: "removed" as const }] : []),
    ];
}

/** A stack that is new, or that has `expires` already, is a test stack. */
function expiry({ deployment, whole, changes }: Part): Finding[] {
    if (deployment !== undefined || whole === "created") {
        return [];
    }
    const { old, new: next } = changes.find(({ type, kind }) => type === testStackType && kind !== "deleted") ?? {};
    const at = next?.expires;
    return typeof at === "string" && old?.expires === undefined ? [{ kind: "expires", at }] : [];
}

function grantFindings(part: Part, change: Change, identityReplaced: boolean): Finding[] {
    const { type, role, kind, new: next } = change;
    if (kind === "same" || kind === "deleted" || isCredential(change) || grantKind(type) === "none") {
        return [];
    }
    const unclear = (why: string): Finding[] => [{ kind: "unclear", role, why }];
    if (grantKind(type) === "unknown" || next === undefined) {
        return unclear("this command does not know what it grants");
    }
    // Reviewers see the grants of a new Deployment in its config.
    if (part.whole === "created") {
        return [];
    }
    const old = predecessor(part, change);
    if (isDeepStrictEqual(old?.inputs, next)) {
        return [];
    }
    const now = withHashOf(old?.hash, change, grantedBy(type, next));
    const before = old === undefined ? { grants: [] } : grantedBy(old.type, old.inputs);
    if (now === undefined || before === undefined) {
        return unclear("what it grants, or granted before, is written in a way that this command does not understand");
    }
    const wider = addedGrants(before.grants, now.grants);
    const moved = old !== undefined && !identityReplaced && !isDeepStrictEqual(before.holder, now.holder);
    return [
        ...(wider.length > 0 ? [{ kind: "widened" as const, role, grants: wider }] : []),
        ...(moved ? unclear("it is granted to another identity") : []),
    ];
}

/**
 * Returns what granted the same before: the resource itself, or the resource with the same role of the identity that
 * the env vars held before. `undefined` if there is none.
 */
function predecessor(
    { changes, movesFrom }: Part,
    { type, role, old, hash }: Change,
): { readonly type: string; readonly inputs: Inputs; readonly hash: string | undefined } | undefined {
    if (old !== undefined) {
        return { type, inputs: old, hash };
    }
    const before = changes.find(
        (change) =>
            movesFrom !== undefined &&
            change.hash === movesFrom &&
            change.role === role &&
            grantKind(change.type) === "read",
    );
    return before?.old === undefined ? undefined : { type: before.type, inputs: before.old, hash: before.hash };
}

/** Returns the grants as if the identity had that hash: an AppRole, for example, grants a policy of its own name. */
function withHashOf(other: string | undefined, { hash }: Change, granted: Granted | undefined): Granted | undefined {
    return granted === undefined || hash === undefined || other === undefined
        ? granted
        : {
              ...granted,
              grants: granted.grants.map((grant) => ({ ...grant, resource: grant.resource.replaceAll(hash, other) })),
          };
}
