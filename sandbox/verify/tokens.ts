import { createHash, createPublicKey } from "node:crypto";
import { readFileSync } from "node:fs";
import { decodeProtectedHeader, exportPKCS8, generateKeyPair, importPKCS8, SignJWT } from "jose";
import { subjectOf, type TrustedPods } from "../../components/trustedPods";
import { ISSUER } from "../services/issuer";

/** Where verify gets the tokens of service accounts. */
export interface Tokens {
    /** Returns a new token of a service account, valid for an hour: longer than verify takes. */
    token(pods: Pick<TrustedPods, "namespace" | "audience">, serviceAccount: string): Promise<string>;
}

/** A token with which a login has to be refused. */
export interface ForeignToken {
    /** What is wrong with it, for messages. */
    readonly what: string;
    readonly token: string;
}

export interface ForeignTokenArgs {
    readonly tokens: Tokens;
    readonly pods: TrustedPods;
    /** A service account of the same namespace that is not trusted. */
    readonly stranger: string;
    /** A service account of another namespace; `undefined` if there is none. */
    readonly elsewhere: { readonly namespace: string; readonly serviceAccount: string } | undefined;
    /** Path of the key with which the cluster signs its tokens, PEM. */
    readonly signingKeyPath: string;
}

/**
 * Returns tokens that differ from a good one in one thing. The cluster itself issues those for other accounts or audiences. The others are signed
 * here: the cluster issues no token that has expired.
 */
export async function foreignTokens(args: ForeignTokenArgs): Promise<ForeignToken[]> {
    const { tokens, pods, stranger, elsewhere, signingKeyPath } = args;
    const [account = ""] = pods.serviceAccounts;
    const good = await tokens.token(pods, account);
    const sign = (claims: Partial<Claims>, key: string, kid: string): Promise<string> =>
        signed({ issuer: ISSUER, subject: subjectOf(pods, account), audience: pods.audience, ...claims }, key, kid);
    const clusterKey = readFileSync(signingKeyPath, "utf8");
    const clusterKid = decodeProtectedHeader(good).kid ?? "";
    const { privateKey } = await generateKeyPair("RS256", { extractable: true });
    const otherKey = await exportPKCS8(privateKey);
    return [
        { what: "another service account", token: await tokens.token(pods, stranger) },
        ...(elsewhere === undefined
            ? []
            : [
                  {
                      what: "another namespace",
                      token: await tokens.token({ ...pods, namespace: elsewhere.namespace }, elsewhere.serviceAccount),
                  },
              ]),
        {
            what: "another audience",
            token: await tokens.token({ ...pods, audience: "https://elsewhere.test" }, account),
        },
        { what: "another issuer", token: await sign({ issuer: OTHER_ISSUER }, otherKey, keyId(otherKey)) },
        { what: "another issuer's signature", token: await sign({}, otherKey, clusterKid) },
        { what: "an expired token", token: await sign({ expiresAt: Date.now() - 3_600_000 }, clusterKey, clusterKid) },
    ];
}

const OTHER_ISSUER = "https://issuer.elsewhere.test";
const LIFE_MS = 600_000;

interface Claims {
    readonly issuer: string;
    readonly subject: string;
    readonly audience: string;
    /** In milliseconds. Default: in ten minutes. */
    readonly expiresAt?: number;
}

async function signed(
    { issuer, subject, audience, expiresAt = Date.now() + LIFE_MS }: Claims,
    key: string,
    kid: string,
): Promise<string> {
    const [, , namespace, name] = subject.split(":");
    const seconds = (ms: number): number => Math.floor(ms / 1000);
    return new SignJWT({ "kubernetes.io": { namespace, serviceaccount: { name, uid: "unknown" } } })
        .setProtectedHeader({ alg: "RS256", kid })
        .setIssuer(issuer)
        .setSubject(subject)
        .setAudience([audience])
        .setIssuedAt(seconds(expiresAt - LIFE_MS))
        .setNotBefore(seconds(expiresAt - LIFE_MS))
        .setExpirationTime(seconds(expiresAt))
        .sign(await importPKCS8(key, "RS256"));
}

/** Returns the id that Kubernetes gives to a key. */
function keyId(key: string): string {
    const der = createPublicKey(key).export({ type: "spki", format: "der" });
    return createHash("sha256").update(der).digest("base64url");
}
