import type { TrustedPods } from "../../components/trustedPods";

/** Where verify gets the tokens of service accounts. */
export interface Tokens {
    /** Returns a new token of a service account, valid for ten minutes. */
    token(pods: Pick<TrustedPods, "namespace" | "audience">, serviceAccount: string): Promise<string>;
}
