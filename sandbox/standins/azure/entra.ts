import { createHash, randomUUID, timingSafeEqual } from "node:crypto";
import { errors, exportJWK, generateKeyPair, jwtVerify, SignJWT, type CryptoKey, type JWK } from "jose";
import type { Call } from "../jsonServer";
import { ASSERTION_TYPE, checkAssertion } from "./assertion";
import { AzureError, EntraError, notImplemented } from "./errors";
import type { IssuerKeys } from "./issuerKeys";
import { applicationOf, type Application, type AzureStore } from "./state";

export const LOGIN_HOST = "login.microsoftonline.com";
const LIFETIME_S = 3599;

/** The audiences of tokens. */
export const audiences = {
    graph: "https://graph.microsoft.com",
    manager: "https://management.azure.com",
    vault: "https://vault.azure.net",
} as const;

/** Why a token is not accepted. */
export type TokenProblem = "missing" | "invalid" | "expired" | "audience";

export interface Caller {
    readonly appId: string;
    readonly objectId: string;
    readonly issuer: string;
    /** Application permissions of Microsoft Graph. */
    readonly roles: readonly string[];
}

/** The part of Microsoft Entra ID that an app uses to log in: discovery, tokens, keys. */
export class Entra {
    private constructor(
        private readonly store: AzureStore,
        private readonly privateKey: CryptoKey,
        private readonly publicKey: CryptoKey,
        private readonly jwk: JWK,
        private readonly issuerKeys: IssuerKeys,
    ) {}

    /** The signing key exists only in this process: clients request new tokens after a restart. */
    static async start(store: AzureStore, issuerKeys: IssuerKeys): Promise<Entra> {
        const { privateKey, publicKey } = await generateKeyPair("RS256");
        const jwk = { ...(await exportJWK(publicKey)), kid: randomUUID(), use: "sig", alg: "RS256" };
        return new Entra(store, privateKey, publicKey, jwk, issuerKeys);
    }

    async answer({ method, path, query, headers, body }: Call): Promise<object> {
        const { tenantId } = this.store.state;
        const [, tenant = "", rest = ""] = /^\/([^/]+)\/(.+)$/.exec(path) ?? [];
        if (method === "GET" && rest === "discovery/instance") {
            return this.instances(query);
        }
        if (tenant !== tenantId) {
            throw new EntraError(400, "invalid_request", 90002, `Tenant '${tenant}' not found.`);
        }
        if (method === "GET" && rest === "v2.0/.well-known/openid-configuration") {
            return this.discovery();
        }
        if (method === "GET" && rest === "discovery/v2.0/keys") {
            return { keys: [this.jwk] };
        }
        if (method === "POST" && rest === "oauth2/v2.0/token") {
            return this.token(new URLSearchParams(body), headers.authorization);
        }
        throw notImplemented(`${method} ${LOGIN_HOST}${path}`);
    }

    private instances(query: URLSearchParams): object {
        const endpoint = new URL(query.get("authorization_endpoint") ?? `https://${LOGIN_HOST}/`);
        const tenant = endpoint.pathname.split("/")[1] ?? "";
        return {
            tenant_discovery_endpoint: `https://${LOGIN_HOST}/${tenant}/v2.0/.well-known/openid-configuration`,
            "api-version": "1.1",
            metadata: [{ preferred_network: LOGIN_HOST, preferred_cache: "login.windows.net", aliases: [LOGIN_HOST] }],
        };
    }

    private discovery(): object {
        const base = `https://${LOGIN_HOST}/${this.store.state.tenantId}`;
        return {
            issuer: `${base}/v2.0`,
            token_endpoint: `${base}/oauth2/v2.0/token`,
            authorization_endpoint: `${base}/oauth2/v2.0/authorize`,
            jwks_uri: `${base}/discovery/v2.0/keys`,
            token_endpoint_auth_methods_supported: ["client_secret_post", "client_secret_basic", "private_key_jwt"],
            response_types_supported: ["token"],
            subject_types_supported: ["pairwise"],
            id_token_signing_alg_values_supported: ["RS256"],
            cloud_instance_name: "microsoftonline.com",
            tenant_region_scope: "EU",
        };
    }

    private async token(form: URLSearchParams, authorization: string | undefined): Promise<object> {
        if (form.get("grant_type") !== "client_credentials") {
            const message = `The app requested an unsupported grant type '${form.get("grant_type") ?? ""}'.`;
            throw new EntraError(400, "unsupported_grant_type", 70003, message);
        }
        const { appId, secret } = credentialIn(form, authorization);
        const application = applicationOf(this.store.state, appId);
        if (application === undefined) {
            const message = `Application with identifier '${appId}' was not found in the directory.`;
            throw new EntraError(400, "unauthorized_client", 700016, message);
        }
        if (form.get("client_assertion_type") === ASSERTION_TYPE) {
            await checkAssertion(application, form.get("client_assertion") ?? "", this.issuerKeys);
        } else {
            checkSecret(application, secret);
        }
        const resource = (form.get("scope") ?? "").replace(/\/\.default$/, "").replace(/\/$/, "");
        if (!Object.values<string>(audiences).includes(resource)) {
            const message = `The resource principal named ${resource} was not found in the tenant.`;
            throw new EntraError(400, "invalid_resource", 500011, message);
        }
        const principal = Object.values(this.store.state.servicePrincipals).find((each) => each.appId === appId);
        if (principal === undefined) {
            const message = `The client application ${appId} is missing service principal in the tenant.`;
            throw new EntraError(401, "invalid_client", 7000229, message);
        }
        const { tenantId } = this.store.state;
        const claims = {
            appid: appId,
            oid: principal.id,
            tid: tenantId,
            ver: "1.0",
            ...(resource === audiences.graph ? { roles: principal.graphRoles } : {}),
        };
        const access_token = await new SignJWT(claims)
            .setProtectedHeader({ alg: "RS256", typ: "JWT", kid: this.jwk.kid ?? "" })
            .setIssuer(this.issuer)
            .setAudience(resource)
            .setSubject(principal.id)
            .setIssuedAt()
            .setNotBefore("0s")
            .setExpirationTime(`${LIFETIME_S}s`)
            .sign(this.privateKey);
        return { token_type: "Bearer", expires_in: LIFETIME_S, ext_expires_in: LIFETIME_S, access_token };
    }

    private get issuer(): string {
        return `https://sts.windows.net/${this.store.state.tenantId}/`;
    }

    /**
     * Returns the caller whose token this is. The token has to be for that audience.
     *
     * @throws AzureError 401, created by `refuse`, since each API has its own message
     */
    async caller(
        authorization: string | undefined,
        audience: string,
        refuse: (problem: TokenProblem) => AzureError,
    ): Promise<Caller> {
        const [, token] = /^Bearer (.+)$/i.exec(authorization ?? "") ?? [];
        if (token === undefined) {
            throw refuse("missing");
        }
        try {
            const { payload } = await jwtVerify(token, this.publicKey, {
                algorithms: ["RS256"],
                issuer: this.issuer,
                requiredClaims: ["exp", "aud"],
            });
            const { appid, oid, roles, aud } = payload as Record<string, unknown>;
            if (aud !== audience && aud !== `${audience}/`) {
                throw refuse("audience");
            }
            const objectId = String(oid);
            if (this.store.state.servicePrincipals[objectId] === undefined) {
                throw refuse("invalid");
            }
            return { appId: String(appid), objectId, issuer: this.issuer, roles: (roles ?? []) as string[] };
        } catch (error) {
            throw error instanceof AzureError
                ? error
                : refuse(error instanceof errors.JWTExpired ? "expired" : "invalid");
        }
    }
}

/** Reads the client credential from the body or from HTTP Basic authentication. */
function credentialIn(form: URLSearchParams, authorization: string | undefined): { appId: string; secret: string } {
    const [, basic] = /^Basic (.+)$/i.exec(authorization ?? "") ?? [];
    const [id, secret] = Buffer.from(basic ?? "", "base64")
        .toString("utf8")
        .split(":")
        .map(decodeURIComponent);
    return { appId: form.get("client_id") ?? id ?? "", secret: form.get("client_secret") ?? secret ?? "" };
}

function checkSecret({ appId, passwords }: Application, secret: string): void {
    const hash = Buffer.from(hashOf(secret), "hex");
    const password = passwords.find((each) => timingSafeEqual(Buffer.from(each.hash, "hex"), hash));
    if (password === undefined) {
        const message =
            "Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not " +
            `the client secret ID, for a secret added to app '${appId}'.`;
        throw new EntraError(401, "invalid_client", 7000215, message);
    }
    if (Date.parse(password.endDateTime) < Date.now()) {
        const message = `The provided client secret keys for app '${appId}' are expired.`;
        throw new EntraError(401, "invalid_client", 7000222, message);
    }
}

export function hashOf(secret: string): string {
    return createHash("sha256").update(secret).digest("hex");
}
