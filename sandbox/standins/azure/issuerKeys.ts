import { createLocalJWKSet, type JSONWebKeySet, type JWTVerifyGetKey } from "jose";

/** The keys with which an issuer signs its tokens: read from the issuer when they are needed. */
export class IssuerKeys {
    /** @param addresses where issuers answer on this machine, by issuer. No other issuer can be reached */
    constructor(private readonly addresses: ReadonlyMap<string, string>) {}

    /** @throws Error if the issuer does not answer, or says that it is another one */
    async of(issuer: string): Promise<JWTVerifyGetKey> {
        const found = await this.read(issuer, "/.well-known/openid-configuration");
        const { issuer: named, jwks_uri: keys = "" } = found as { issuer?: string; jwks_uri?: string };
        if (named !== issuer) {
            throw new Error(`${issuer} says that it is ${named ?? "nobody"}`);
        }
        return createLocalJWKSet((await this.read(issuer, new URL(keys).pathname)) as JSONWebKeySet);
    }

    private async read(issuer: string, path: string): Promise<unknown> {
        const address = this.addresses.get(issuer);
        if (address === undefined) {
            throw new Error(`${issuer} cannot be reached`);
        }
        const response = await fetch(`${address}${path}`);
        if (!response.ok) {
            throw new Error(`${issuer}${path} answered ${response.status}`);
        }
        return response.json();
    }
}
