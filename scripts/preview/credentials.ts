import { resourceType } from "../../stack/resources";
import type { Change, ChangeKind, Part } from "./changes";

export const isCredential = ({ type }: Pick<Change, "type">): boolean => resourceType(type)?.login === "credential";
const isIdentity = ({ type }: Change): boolean => resourceType(type)?.login === "identity";

/** Changes of a Deployment's credential or identity that a reviewer has to know about. */
export type LoginFinding =
    /** A new credential is created, and the old one is deleted once the env vars use the new one. */
    | "credential-replaced"
    /** The old credential is deleted before the new one is created. */
    | "credential-gap"
    | "credential-deleted"
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
    const findings: LoginFinding[] = [];
    if (replaced.some(({ deletedFirst }) => deletedFirst)) {
        findings.push("credential-gap");
    } else if (replaced.length > 0 || (created.length > 0 && deleted.length > 0)) {
        findings.push("credential-replaced");
    } else if (deleted.length > 0) {
        findings.push("credential-deleted");
    }
    const identities = changes.filter(isIdentity);
    const hasIdentity = (kind: ChangeKind): boolean => ofKind(identities, kind).length > 0;
    if (hasIdentity("replaced") || (hasIdentity("created") && hasIdentity("deleted"))) {
        findings.push("identity-replaced");
    }
    return findings;
}
