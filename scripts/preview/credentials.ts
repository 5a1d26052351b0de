import { resourceType } from "../../stack/resources";
import type { Change, Part } from "./changes";

export const isCredential = ({ type }: Pick<Change, "type">): boolean => resourceType(type)?.login === "credential";
const isIdentity = ({ type }: Change): boolean => resourceType(type)?.login === "identity";

/** What becomes of a Deployment's login, as far as a reviewer has to know. */
export type LoginFinding =
    /** Another credential takes the place of the old one, which goes when the env vars have moved. */
    | "credential-replaced"
    /** The old one goes before there is another. */
    | "credential-gap"
    | "credential-deleted"
    | "identity-replaced";

/** Of a Deployment that was there before and stays. */
export function loginFindings({ changes, whole }: Part): LoginFinding[] {
    if (whole !== undefined) {
        return [];
    }
    const now = (of: readonly Change[], kind: Change["kind"]): Change[] => of.filter((change) => change.kind === kind);
    const login = changes.filter(isCredential);
    const [created, replaced, deleted] = [now(login, "created"), now(login, "replaced"), now(login, "deleted")];
    const findings: LoginFinding[] = [];
    if (replaced.some(({ deletedFirst }) => deletedFirst)) {
        findings.push("credential-gap");
    } else if (replaced.length > 0 || (created.length > 0 && deleted.length > 0)) {
        findings.push("credential-replaced");
    } else if (deleted.length > 0) {
        findings.push("credential-deleted");
    }
    const who = changes.filter(isIdentity);
    if (now(who, "replaced").length > 0 || (now(who, "created").length > 0 && now(who, "deleted").length > 0)) {
        findings.push("identity-replaced");
    }
    return findings;
}
