import { resourceType } from "../../stack/resources";
import type { Change, ChangeKind, Part } from "./changes";

export const isCredential = ({ type }: Pick<Change, "type">): boolean => resourceType(type)?.login === "credential";
const isIdentity = ({ type }: Change): boolean => resourceType(type)?.login === "identity";

/** Changes of a Deployment's credential or identity that a reviewer has to know about. */
export type LoginFinding =
    /** A new credential is created beside the old one. */
    | "credential-replaced"
    /** A credential is deleted that the env vars do not hold any more. */
    | "credential-retired"
    /** The old credential is deleted before the new one is created. */
    | "credential-gap"
    | "credential-deleted"
    /** A new identity is created beside the old one. */
    | "identity-replaced";

/**
 * Returns the findings of a Deployment that exists before and after; none for one that is created or deleted as a
 * whole.
 */
export function loginFindings({ changes, whole }: Part): LoginFinding[] {
    if (whole !== undefined) {
        return [];
    }
    const ofKind = (all: readonly Change[], kind: ChangeKind): Change[] => all.filter((each) => each.kind === kind);
    const credentials = changes.filter(isCredential);
    const created = ofKind(credentials, "created");
    const replaced = ofKind(credentials, "replaced");
    const deleted = ofKind(credentials, "deleted");
    const stays = ofKind(credentials, "same").length + ofKind(credentials, "changed").length > 0;
    const findings: LoginFinding[] = [];
    if (replaced.some(({ deletedFirst }) => deletedFirst)) {
        findings.push("credential-gap");
    } else if (replaced.length > 0 || (created.length > 0 && (stays || deleted.length > 0))) {
        findings.push("credential-replaced");
    }
    if (deleted.length > 0) {
        findings.push(created.length > 0 || stays ? "credential-retired" : "credential-deleted");
    }
    const identities = changes.filter(isIdentity);
    const before = [...ofKind(identities, "same"), ...ofKind(identities, "changed"), ...ofKind(identities, "deleted")];
    if (ofKind(identities, "replaced").length > 0 || (ofKind(identities, "created").length > 0 && before.length > 0)) {
        findings.push("identity-replaced");
    }
    return findings;
}
