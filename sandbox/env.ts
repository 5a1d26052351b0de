import { delimiter, join } from "node:path";
import type { Edge } from "./services/edge";
import { PASSPHRASE } from "./stackFile";

/** Vault's address in Pulumi.dev.yaml. */
export const VAULT_HOST = "vault.sandbox.test";

/** The env vars with the real hostnames of Vault and AWS, which the edge serves. */
export function behindEdge(access: Record<string, string>): Record<string, string> {
    const others = Object.entries(access).filter(([name]) => name !== "AWS_ENDPOINT_URL");
    return { ...Object.fromEntries(others), VAULT_ADDR: `https://${VAULT_HOST}` };
}

/**
 * The provider host's way to Google Cloud and Azure: their clients connect to the services' real hostnames only, so
 * they need the edge as a proxy.
 */
export function providerHostEnv(edge: Edge): Record<string, string> {
    return {
        ...httpsProxyEnv(edge),
        https_proxy: edge.proxyUrl,
        grpc_proxy: edge.proxyUrl,
        GRPC_DEFAULT_SSL_ROOTS_FILE_PATH: edge.caPath,
    };
}

export const pulumiHome = (dir: string): string => join(dir, "pulumi-home");

export function pulumiEnv(dir: string, binaries: string, providers: Record<string, number>): Record<string, string> {
    const attached = Object.entries(providers).map(([name, port]) => `${name}:${port}`);
    return {
        PATH: [binaries, process.env.PATH ?? ""].join(delimiter),
        PULUMI_HOME: pulumiHome(dir),
        // Without metadata=skip, Pulumi keeps a metadata file beside the state. If it is killed while it writes that
        // file, the stack cannot be read any more ("error: EOF").
        PULUMI_BACKEND_URL: `file://${join(dir, "pulumi")}?metadata=skip`,
        PULUMI_CONFIG_PASSPHRASE: PASSPHRASE,
        PULUMI_DEBUG_PROVIDERS: attached.join(","),
        PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
        PULUMI_SKIP_UPDATE_CHECK: "true",
    };
}

/**
 * The Pulumi program itself asks Azure for deleted vaults, at Azure's real hostnames. All other proxy variables are
 * empty, so that neither the edge (gRPC reads the lower-case names) nor a proxy of the user comes between the program
 * and its engine.
 */
export function programEnv(edge: Edge): Record<string, string> {
    const { HTTPS_PROXY, https_proxy: lowerCase = "" } = process.env;
    const outside = { SANDBOX_OUTSIDE_PROXY: HTTPS_PROXY ?? lowerCase };
    return { ...httpsProxyEnv(edge), ...outside, HTTP_PROXY: "", https_proxy: "", http_proxy: "" };
}

/** Official plugins are Go programs: they read the edge's CA from SSL_CERT_FILE, and its address from HTTPS_PROXY. */
export function officialPluginEnv({ caPath }: Edge): Record<string, string> {
    return { SSL_CERT_FILE: caPath };
}

function httpsProxyEnv({ proxyUrl, caPath }: Edge): Record<string, string> {
    const loopback = "127.0.0.1,localhost";
    return { HTTPS_PROXY: proxyUrl, NODE_EXTRA_CA_CERTS: caPath, NO_PROXY: loopback, no_proxy: loopback };
}
