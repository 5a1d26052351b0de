import { subjectOf, type TrustedPods } from "../trustedPods";

/** Workload Identity Federation: Google Cloud trusts tokens of the issuer that a provider of a pool names. */

export const STS_URL = "https://sts.googleapis.com/v1/token";
export const JWT_TYPE = "urn:ietf:params:oauth:token-type:jwt";

/** Google Cloud's limit for `google.subject`, in bytes: https://cloud.google.com/iam/docs/workload-identity-federation */
export const SUBJECT_LIMIT = 127;

/** The pods whose tokens Google Cloud trusts, and the provider that says so. */
export interface FederatedPods {
    readonly pods: TrustedPods;
    /** `projects/<number>/locations/global/workloadIdentityPools/<pool>/providers/<provider>` */
    readonly provider: string;
}

/** The parts of a provider's name. */
export interface ProviderName {
    /** Number of the project with the pool. */
    readonly project: string;
    readonly pool: string;
    readonly provider: string;
}

const providerName =
    /^projects\/(\d+)\/locations\/global\/workloadIdentityPools\/([a-z0-9-]{4,32})\/providers\/([a-z0-9-]{4,32})$/;

/** Splits a provider's name; returns `undefined` if it is not one. */
export function parseProviderName(name: string): ProviderName | undefined {
    const [, project, pool, provider] = providerName.exec(name) ?? [];
    return project === undefined || pool === undefined || provider === undefined
        ? undefined
        : { project, pool, provider };
}

/** Returns the audience that Google Cloud demands of a token, unless the provider has audiences of its own. */
export function defaultAudience(provider: string): string {
    return `https:${stsAudience(provider)}`;
}

/** Returns what a client names to the token endpoint: the provider that is to judge its token. */
function stsAudience(provider: string): string {
    return `//iam.googleapis.com/${provider}`;
}

/** Returns the members of an IAM policy that stand for the pods, one per service account. */
export function federatedMembers({ pods, provider }: FederatedPods): string[] {
    const pool = provider.slice(0, provider.lastIndexOf("/providers/"));
    return pods.serviceAccounts.map(
        (name) => `principal://iam.googleapis.com/${pool}/subject/${subjectOf(pods, name)}`,
    );
}

/** Returns the configuration with which Google's clients exchange the token in the pods: it contains no secret. */
export function credentialConfig({ pods, provider }: FederatedPods) {
    return {
        type: "external_account",
        audience: stsAudience(provider),
        subject_token_type: JWT_TYPE,
        token_url: STS_URL,
        credential_source: { file: pods.tokenFile, format: { type: "text" } },
    };
}
