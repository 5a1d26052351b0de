import { SecretManagerServiceClient } from "@google-cloud/secret-manager";
import { credentials, Metadata } from "@grpc/grpc-js";

const HOST = "secretmanager.googleapis.com";

/** Returns a bearer token for one of Google's APIs, e.g. `secretmanager.googleapis.com`. */
export type Bearer = (host: string) => Promise<string>;

/**
 * Creates Google's own Secret Manager client with these tokens, through the edge, independent of the process environment.
 */
export function secretManagerThroughEdge(
    { project, bearer }: { readonly project: string; readonly bearer: Bearer },
    { proxyUrl, ca }: { readonly proxyUrl: string; readonly ca: string },
): SecretManagerServiceClient {
    const tokens = credentials.createFromMetadataGenerator((_context, done) => {
        bearer(HOST).then(
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
    return new SecretManagerServiceClient({
        // Without them, the client would look for this machine's own login. It sends the tokens of `sslCreds`.
        projectId: project,
        credentials: { client_email: "unused", private_key: "unused" },
        apiEndpoint: hostname,
        port: Number(port),
        sslCreds: credentials.combineChannelCredentials(credentials.createSsl(Buffer.from(ca)), tokens),
        // The same as a proxy in the environment, but not for the whole process.
        "grpc.http_connect_target": `dns:${HOST}:443`,
        "grpc.default_authority": HOST,
        "grpc.ssl_target_name_override": HOST,
        "grpc.enable_http_proxy": 0,
    });
}
