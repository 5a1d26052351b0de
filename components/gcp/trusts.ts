import { literal } from "../grants/inputs";
import type { Inputs } from "../resourceTypes";

/** A service account of Kubernetes, one of `federatedMembers`. */
const podPattern =
    /^principal:\/\/iam\.googleapis\.com\/(projects\/\d+\/locations\/global\/workloadIdentityPools\/[a-z0-9-]+)\/subject\/(.+)$/;

/** Returns whose tokens a `gcp.projects.IAMMember` trusts: nobody's, if its member is a service account of Google Cloud. */
export function iamMemberTrusts(inputs: Inputs): string[] | undefined {
    const member = literal(inputs.member) ?? "";
    const [, pool, subject] = podPattern.exec(member) ?? [];
    if (pool !== undefined && subject !== undefined) {
        return [`pool ${pool}, subject ${subject}`];
    }
    return member.startsWith("serviceAccount:") ? [] : undefined;
}
