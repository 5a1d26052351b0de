import { isDeepStrictEqual } from "node:util";
import type { Change, Part } from "./changes";
import { isCredential, loginFindings, type LoginFinding } from "./credentials";
import { added, type Grant } from "../../components/grants/grant";
import type { Inputs } from "../../components/resourceTypes";
import { grantedBy, grantKind } from "../../stack/resources";
import { plainVariables } from "./plainVariables";

/** What a reviewer must not overlook in a Deployment. */
export type Finding =
    /** A grant that is not provably covered by what was granted before. */
    | { readonly kind: "widened"; readonly role: string; readonly grants: readonly Grant[] }
    /** A change of a grant that is not understood. */
    | { readonly kind: "unclear"; readonly role: string; readonly why: string }
    | { readonly kind: "plain"; readonly names: readonly string[] }
    | { readonly kind: LoginFinding | "removed" };

export function findingsOf(part: Part): Finding[] {
    const login = loginFindings(part);
    const grants = part.changes.flatMap((change) => grantFindings(part, change, login.includes("identity-replaced")));
    const names = [...new Set(part.changes.flatMap(plainVariables))];
    return [
        ...grants,
        ...(names.length > 0 ? [{ kind: "plain" as const, names }] : []),
        ...login.map((kind) => ({ kind })),
        ...(part.whole === "deleted" && part.deployment !== undefined ? [{ kind: "removed" as const }] : []),
    ];
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
    // What a new Deployment is granted is read where it is configured.
    if (part.whole === "created") {
        return [];
    }
    const old = predecessor(part, change);
    if (isDeepStrictEqual(old?.inputs, next)) {
        return [];
    }
    const now = grantedBy(type, next);
    const before = old === undefined ? { grants: [] } : grantedBy(old.type, old.inputs);
    if (now === undefined || before === undefined) {
        return unclear("what it grants, or granted before, is written in a way that this command does not understand");
    }
    const wider = added(before.grants, now.grants);
    const moved = old !== undefined && !identityReplaced && !isDeepStrictEqual(before.holder, now.holder);
    return [
        ...(wider.length > 0 ? [{ kind: "widened" as const, role, grants: wider }] : []),
        ...(moved ? unclear("it goes to somebody else") : []),
    ];
}

/** What granted something under the same logical name so far: the resource itself, or one of another type that goes. */
function predecessor(
    { changes }: Part,
    { type, role, old }: Change,
): { readonly type: string; readonly inputs: Inputs } | undefined {
    if (old !== undefined) {
        return { type, inputs: old };
    }
    const gone = changes.find(
        (change) => change.kind === "deleted" && change.role === role && grantKind(change.type) === "read",
    );
    return gone?.old === undefined ? undefined : { type: gone.type, inputs: gone.old };
}
