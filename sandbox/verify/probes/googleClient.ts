import { SecretManagerServiceClient } from "@google-cloud/secret-manager";
import { credentials, Metadata } from "@grpc/grpc-js";
import { importPKCS8, SignJWT } from "jose";

const HOST = "secretmanager.googleapis.com";

/** The fields of a service account's JSON key that a login needs. */
export interface AccountKey {
    readonly client_email: string;
    readonly private_key: string;
    readonly private_key_id: string;
}

/**
 * Creates Google's own Secret Manager client with this key, through the edge, independent of the process environment.
 */
export function secretManagerThroughEdge(
    { project, key }: { readonly project: string; readonly key: AccountKey },
    { proxyUrl, ca }: { readonly proxyUrl: string; readonly ca: string },
): SecretManagerServiceClient {
    const bearer = credentials.createFromMetadataGenerator((_context, done) => {
        selfSignedToken(key, HOST).then(
            (token) => {
                const metadata = new Metadata();
                metadata.set("authorization", `Bearer ${token}`);
                done(null, metadata);
            },
            (error: unknown) => {
                done(error instanceof Error ? error : new Error(String(error)));
            },
        );
    });
    const { hostname, port } = new URL(proxyUrl);
    const { client_email, private_key } = key;
    return new SecretManagerServiceClient({
        // Without them, the client would look for this machine's own login.
        projectId: project,
        credentials: { client_email, private_key },
        apiEndpoint: hostname,
        port: Number(port),
        sslCreds: credentials.combineChannelCredentials(credentials.createSsl(Buffer.from(ca)), bearer),
        // The same as a proxy in the environment, but not for the whole process.
        "grpc.http_connect_target": `dns:${HOST}:443`,
        "grpc.default_authority": HOST,
        "grpc.ssl_target_name_override": HOST,
        "grpc.enable_http_proxy": 0,
    });
}

/** Creates a token for one service, signed with the account's own key and valid for ten minutes. */
export async function selfSignedToken(key: AccountKey, host: string): Promise<string> {
    return new SignJWT({})
        .setProtectedHeader({ alg: "RS256", kid: key.private_key_id, typ: "JWT" })
        .setIssuer(key.client_email)
        .setSubject(key.client_email)
        .setAudience(`https://${host}/`)
        .setIssuedAt()
        .setExpirationTime("10m")
        .sign(await importPKCS8(key.private_key, "RS256"));
}
