import { createPrivateKey, generateKeyPairSync, type KeyObject } from "node:crypto";
import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { decodeJwt, decodeProtectedHeader, SignJWT, type JWTPayload } from "jose";

/** Tokens that the cluster would not give: each differs from a good one in one respect. */
export class ForgedTokens {
    private constructor(
        private readonly good: string,
        private readonly clusterKey: KeyObject,
    ) {}

    /** @param kubeconfig of the cluster; the key with which it signs tokens is in the same folder */
    static async like(good: string, kubeconfig: string): Promise<ForgedTokens> {
        const pem = await readFile(join(dirname(kubeconfig), "service-account.key"), "utf8");
        return new ForgedTokens(good, createPrivateKey(pem));
    }

    /** Returns a token that ended an hour ago, signed by the cluster. */
    expired(): Promise<string> {
        const hourAgo = Math.floor(Date.now() / 1000) - 3600;
        return this.signed({ iat: hourAgo - 600, nbf: hourAgo - 600, exp: hourAgo }, this.clusterKey);
    }

    /** Returns a token of another service account, signed by the cluster. */
    ofSubject(sub: string): Promise<string> {
        return this.signed({ sub }, this.clusterKey);
    }

    /** Returns a token of another issuer, signed by the cluster. */
    ofIssuer(iss: string): Promise<string> {
        return this.signed({ iss }, this.clusterKey);
    }

    /** Returns a token that has everything right and is signed with another key. */
    signedByOthers(): Promise<string> {
        const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
        return this.signed({}, privateKey);
    }

    private signed(changes: JWTPayload, key: KeyObject): Promise<string> {
        const { kid = "" } = decodeProtectedHeader(this.good);
        return new SignJWT({ ...decodeJwt(this.good), ...changes }).setProtectedHeader({ alg: "RS256", kid }).sign(key);
    }
}
