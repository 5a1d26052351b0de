import { SecretManagerServiceClient } from "@google-cloud/secret-manager";
import { credentials, Metadata } from "@grpc/grpc-js";
import { selfSignedToken, type AccountKey } from "../../../components/gcp/client";

const HOST = "secretmanager.googleapis.com";

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
