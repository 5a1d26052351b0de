import { createRemoteJWKSet, errors, jwtVerify, type JWTPayload } from "jose";
import { authorize } from "./authorization";
import { GoogleError, OAuthError } from "./errors";
import type { GoogleStore } from "./state";

const EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange";
const ACCESS_TOKEN = "urn:ietf:params:oauth:token-type:access_token";
const JWT = "urn:ietf:params:oauth:token-type:jwt";
const PLATFORM_SCOPE = "https://www.googleapis.com/auth/cloud-platform";
const SUBJECT_LIMIT = 127;

/** A provider of a workload identity pool. It belongs to the company, and exists before the project is used. */
export interface TrustedProvider {
    /** `projects/<number>/locations/global/workloadIdentityPools/<pool>/providers/<provider>` */
    readonly name: string;
    readonly issuer: string;
    /** Where the issuer's keys are. */
    readonly keys: string;
}

/** Workload Identity Federation with one provider: its description, and whom its tokens stand for. */
export class WorkloadIdentity {
    /** Read when the first token comes. */
    private readonly keys: ReturnType<typeof createRemoteJWKSet>;

    constructor(
        private readonly store: GoogleStore,
        private readonly provider: TrustedProvider,
    ) {
        this.keys = createRemoteJWKSet(new URL(provider.keys));
    }

    get(caller: string, name: string): object {
        authorize(this.store, caller, "iam.workloadIdentityPoolProviders.get", {
            name,
            type: "iam.googleapis.com/WorkloadIdentityPoolProvider",
            service: "iam.googleapis.com",
        });
        if (name !== this.provider.name) {
            throw new GoogleError("NOT_FOUND", "Requested entity was not found.");
        }
        return {
            name,
            displayName: "Airflow's cluster",
            state: "ACTIVE",
            attributeMapping: { "google.subject": "assertion.sub" },
            oidc: { issuerUri: this.provider.issuer },
        };
    }

    /**
     * Returns the member of an IAM policy that a token stands for.
     *
     * @throws OAuthError if the token is not one of the issuer, for this provider, and valid now
     */
    async memberOf(form: URLSearchParams): Promise<string> {
        const field = (name: string): string => form.get(name) ?? "";
        if (field("grant_type") !== EXCHANGE) {
            throw new OAuthError("unsupported_grant_type", `Invalid grant_type: ${field("grant_type")}`);
        }
        if (field("requested_token_type") !== ACCESS_TOKEN || field("subject_token_type") !== JWT) {
            throw new OAuthError("invalid_request", "Invalid value for requested_token_type or subject_token_type.");
        }
        if (!field("scope").split(" ").includes(PLATFORM_SCOPE)) {
            throw new OAuthError("invalid_scope", "Empty or missing scope not allowed.");
        }
        if (field("audience") !== this.audience) {
            throw new OAuthError(
                "invalid_target",
                'The target service indicated by the "audience" parameters is invalid. This might either be because the ' +
                    "pool or provider is disabled or deleted or because it doesn't exist.",
            );
        }
        const { sub = "" } = await this.verify(field("subject_token"));
        if (Buffer.byteLength(sub) > SUBJECT_LIMIT) {
            throw new OAuthError(
                "invalid_request",
                `The size of mapped attribute google.subject exceeds the ${SUBJECT_LIMIT} bytes limit.`,
            );
        }
        return `principal://iam.googleapis.com/${this.pool}/subject/${sub}`;
    }

    /** @throws GoogleError if a member of a policy is of a pool that does not exist */
    checkMember(member: string): void {
        const [, pool] =
            /^principal(?:Set)?:\/\/iam\.googleapis\.com\/(.+?)\/(?:subject|attribute|\*)/.exec(member) ?? [];
        if (pool !== undefined && pool !== this.pool) {
            throw new GoogleError(
                "INVALID_ARGUMENT",
                `Identity Pool does not exist (${pool}). Please check that you specified a valid resource name as returned ` +
                    "in the `name` attribute in the configuration API.",
            );
        }
    }

    private get audience(): string {
        return `//iam.googleapis.com/${this.provider.name}`;
    }

    private get pool(): string {
        return this.provider.name.slice(0, this.provider.name.lastIndexOf("/providers/"));
    }

    private async verify(token: string): Promise<JWTPayload> {
        try {
            const { payload } = await jwtVerify(token, this.keys, {
                issuer: this.provider.issuer,
                audience: [this.audience, `https:${this.audience}`],
                algorithms: ["RS256"],
                requiredClaims: ["iss", "sub", "aud", "iat", "exp"],
            });
            return payload;
        } catch (error) {
            throw new OAuthError("invalid_grant", this.reason(error));
        }
    }

    private reason(error: unknown): string {
        if (error instanceof errors.JWTExpired) {
            return `ID Token issued at ${String(error.payload.iat)} is stale to sign-in.`;
        }
        if (error instanceof errors.JWTClaimValidationFailed && error.claim === "aud") {
            return `The audience in ID Token [${String(error.payload.aud)}] does not match the expected audience.`;
        }
        if (error instanceof errors.JWTClaimValidationFailed && error.claim === "iss") {
            return `The issuer in ID Token ${String(error.payload.iss)} does not match the expected ones: ${this.provider.issuer}`;
        }
        if (error instanceof errors.JOSEError && !(error instanceof errors.JWKSTimeout)) {
            return "The ID Token could not be verified: its signature or its claims are invalid.";
        }
        console.error(error);
        return "Error connecting to the given credential's issuer.";
    }
}
