import { decodeJwt, decodeProtectedHeader, errors, jwtVerify, type JWTPayload, type JWTVerifyGetKey } from "jose";
import { EntraError } from "./errors";
import { federatedCredentialsOf } from "./federatedCredentials";
import type { IssuerKeys } from "./issuerKeys";
import type { Application, FederatedCredential } from "./state";

export const ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/**
 * Checks a token from elsewhere with which a client logs in: one of the app's federated credentials has to name its
 * issuer, audience and subject, and it has to be signed with one of the issuer's keys and not expired.
 *
 * @throws EntraError
 */
export async function checkAssertion(application: Application, assertion: string, keys: IssuerKeys): Promise<void> {
    const claims = unverified(assertion);
    matching(federatedCredentialsOf(application), claims);
    const issuerKeys = await keysOf(claims.iss ?? "", keys);
    try {
        await jwtVerify(assertion, issuerKeys, { requiredClaims: ["exp", "iss", "sub", "aud"] });
    } catch (error) {
        if (error instanceof errors.JWTExpired || (error instanceof errors.JWTClaimValidationFailed && isTime(error))) {
            throw invalidClient(
                700024,
                `Client assertion is not within its valid time range. Current time: ${new Date().toISOString()}, ` +
                    `assertion valid from ${timeOf(claims.nbf)}, expiry time of assertion ${timeOf(claims.exp)}.`,
            );
        }
        throw invalidClient(700027, "The certificate with identifier used to sign the client assertion is not known.");
    }
}

function unverified(assertion: string): JWTPayload {
    try {
        decodeProtectedHeader(assertion);
        return decodeJwt(assertion);
    } catch {
        throw new EntraError(400, "invalid_request", 50027, "JWT token is invalid or malformed.");
    }
}

/** Entra names the first of the three that no federated credential has. It compares each character. */
function matching(credentials: readonly FederatedCredential[], { iss = "", aud, sub = "" }: JWTPayload): void {
    const audiences = typeof aud === "string" ? [aud] : (aud ?? []);
    const ofIssuer = credentials.filter(({ issuer }) => issuer === iss);
    const ofAudience = ofIssuer.filter((each) => each.audiences.some((audience) => audiences.includes(audience)));
    const refusals = [
        { isRefused: ofIssuer.length === 0, code: 700211, what: "issuer", value: iss },
        { isRefused: ofAudience.length === 0, code: 700212, what: "audience", value: audiences.join() },
        { isRefused: ofAudience.every(({ subject }) => subject !== sub), code: 700213, what: "subject", value: sub },
    ];
    const found = refusals.find(({ isRefused }) => isRefused);
    if (found !== undefined) {
        throw invalidClient(
            found.code,
            `No matching federated identity record found for presented assertion ${found.what} '${found.value}'. Check ` +
                "your federated identity credential Subject, Audience and Issuer against the presented assertion.",
        );
    }
}

async function keysOf(issuer: string, keys: IssuerKeys): Promise<JWTVerifyGetKey> {
    try {
        return await keys.of(issuer);
    } catch (error) {
        console.error(error);
        throw new EntraError(400, "invalid_request", 50166, "Request to External OIDC endpoint failed.");
    }
}

const isTime = ({ claim }: errors.JWTClaimValidationFailed): boolean => claim === "nbf" || claim === "iat";

const timeOf = (seconds: number | undefined): string => new Date((seconds ?? 0) * 1000).toISOString();

const invalidClient = (code: number, message: string): EntraError =>
    new EntraError(401, "invalid_client", code, message);
