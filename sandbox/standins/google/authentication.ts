import { createPublicKey, randomBytes } from "node:crypto";
import { decodeJwt, decodeProtectedHeader, errors, jwtVerify, type JWTPayload } from "jose";
import { OAuthError, unauthenticated } from "./errors";
import type { GoogleStore } from "./state";
import type { WorkloadIdentity } from "./workloadIdentity";

const TOKEN_URI = "https://oauth2.googleapis.com/token";
const PLATFORM_SCOPE = "https://www.googleapis.com/auth/cloud-platform";
const ACCESS_TOKEN = "urn:ietf:params:oauth:token-type:access_token";
const LIFETIME_S = 3600;

/** Who an access token was issued to. */
interface TokenHolder {
    /** As a member of an IAM policy. */
    readonly member: string;
    /** Whether the token is still valid, apart from its expiry. */
    readonly isValid: () => boolean;
    readonly expiresAt: number;
}

/**
 * Identifies the caller by an access token issued here, or by a JWT that a service account signed for the called
 * service.
 */
export class Authentication {
    /** Tokens are lost when this process ends: clients then request new ones. */
    private readonly tokens = new Map<string, TokenHolder>();

    constructor(
        private readonly store: GoogleStore,
        private readonly workloadIdentity: WorkloadIdentity,
    ) {}

    /** Exchanges a JWT that is signed with a key of the account for an access token (RFC 7523). */
    async exchange(form: URLSearchParams): Promise<object> {
        if (form.get("grant_type") !== "urn:ietf:params:oauth:grant-type:jwt-bearer") {
            throw new OAuthError("unsupported_grant_type", `Invalid grant_type: ${form.get("grant_type") ?? ""}`);
        }
        const assertion = form.get("assertion") ?? "";
        const { payload, keyId } = await this.verify(assertion).catch(() => {
            throw new OAuthError("invalid_grant", "Invalid JWT Signature.");
        });
        if (payload.aud !== TOKEN_URI) {
            throw new OAuthError("invalid_grant", "Invalid JWT: Failed audience check.");
        }
        if (!hasPlatformScope(payload)) {
            throw new OAuthError("invalid_scope", "Empty or missing scope not allowed.");
        }
        const email = String(payload.iss);
        return this.issue(memberOf(email), () => this.hasKey(email, keyId));
    }

    /** Exchanges a token of an identity provider that is trusted for an access token (RFC 8693). */
    async exchangeFederated(form: URLSearchParams): Promise<object> {
        const member = await this.workloadIdentity.memberOf(form);
        return { ...this.issue(member, () => true), issued_token_type: ACCESS_TOKEN };
    }

    private issue(member: string, isValid: () => boolean): object {
        const token = `ya29.${randomBytes(32).toString("base64url")}`;
        this.tokens.set(token, { member, isValid, expiresAt: Date.now() + LIFETIME_S * 1000 });
        return { access_token: token, expires_in: LIFETIME_S - 1, token_type: "Bearer" };
    }

    /**
     * Returns the caller, as a member of an IAM policy.
     *
     * @throws GoogleError UNAUTHENTICATED
     */
    async caller(authorization: string | undefined, host: string): Promise<string> {
        const [, bearer] = /^Bearer (.+)$/i.exec(authorization ?? "") ?? [];
        if (bearer === undefined) {
            throw unauthenticated();
        }
        const token = this.tokens.get(bearer);
        if (token !== undefined) {
            if (token.expiresAt < Date.now() || !token.isValid()) {
                throw unauthenticated();
            }
            return token.member;
        }
        const { payload } = await this.verify(bearer).catch(() => {
            throw unauthenticated();
        });
        const isForHost = payload.aud === `https://${host}/`;
        const isForPlatform = payload.aud === undefined && hasPlatformScope(payload);
        if ((!isForHost && !isForPlatform) || payload.sub !== payload.iss) {
            throw unauthenticated();
        }
        return memberOf(String(payload.iss));
    }

    /**
     * Verifies that a JWT is signed with a key of the account (some clients send no key id) and valid for an hour at
     * most.
     */
    private async verify(jwt: string): Promise<{ payload: JWTPayload; keyId: string }> {
        const { kid } = decodeProtectedHeader(jwt);
        const { iss = "", iat = 0, exp = 0 } = decodeJwt(jwt);
        if (exp - iat > LIFETIME_S) {
            throw new Error("a JWT may be valid for an hour at most");
        }
        const keys = this.store.state.accounts[iss]?.keys ?? [];
        for (const { id, publicKey } of keys.filter((key) => kid === undefined || key.id === kid)) {
            try {
                const { payload } = await jwtVerify(jwt, createPublicKey(publicKey), {
                    algorithms: ["RS256"],
                    requiredClaims: ["iss", "iat", "exp"],
                    clockTolerance: 60,
                });
                return { payload, keyId: id };
            } catch (error) {
                if (!(error instanceof errors.JWSSignatureVerificationFailed)) {
                    throw error;
                }
            }
        }
        throw new Error("the JWT is not signed with a key of the account");
    }

    private hasKey(email: string, keyId: string): boolean {
        return this.store.state.accounts[email]?.keys.some(({ id }) => id === keyId) === true;
    }
}

function hasPlatformScope({ scope }: JWTPayload): boolean {
    return typeof scope === "string" && scope.split(" ").includes(PLATFORM_SCOPE);
}

/** Returns how an IAM policy names a service account. */
export const memberOf = (email: string): string => `serviceAccount:${email}`;
