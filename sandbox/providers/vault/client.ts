import { EnvHttpProxyAgent, fetch } from "undici";
import { withErrorPrefix } from "../withErrorPrefix";

/** Calls Vault's HTTP API with the address and token from the env vars that the official plugin reads. */

interface Request {
    readonly method: "GET" | "PUT" | "DELETE";
    /** The path after `/v1/`. */
    readonly path: string;
    readonly namespace?: unknown;
    readonly body?: object;
}

/** An error response of Vault, with a message as in Vault's Go client. */
export class VaultError extends Error {
    constructor(
        readonly status: number,
        /** The response's `data`. A 404 has some if the latest version of a secret is deleted. */
        readonly data: Record<string, unknown> | undefined,
        failed: { readonly method: string; readonly url: string; readonly reasons: readonly string[] },
    ) {
        const reasons = failed.reasons.map((reason) => `* ${reason}`).join("\n");
        super(
            `Error making API request.\n\nURL: ${failed.method} ${failed.url}\nCode: ${status}. Errors:\n\n${reasons}`,
        );
    }
}

// A server without TLS is on this machine.
const dispatcher = new EnvHttpProxyAgent({ httpProxy: "" });

/** The short-lived child token that the plugin creates from the token it was configured with. */
let childToken: string | undefined;

/** Creates a new child token at the start of an engine's run, as the plugin does. */
export async function logIn(): Promise<void> {
    childToken = undefined;
    await withErrorPrefix("failed to lookup token, err=", send({ method: "GET", path: "auth/token/lookup-self" }));
    const body = { display_name: "terraform", ttl: "1200s", explicit_max_ttl: "1200s", renewable: false };
    const creation = send({ method: "PUT", path: "auth/token/create", body });
    childToken = (await withErrorPrefix("failed to create limited child token: ", creation)).auth?.client_token;
}

/** Sends a request. Returns the response's `data`, or an empty object if there is none. */
export async function vault(request: Request): Promise<Record<string, unknown>> {
    return (await send(request)).data ?? {};
}

interface VaultResponse {
    readonly data?: Record<string, unknown>;
    readonly auth?: { readonly client_token: string };
    readonly errors?: string[];
}

async function send({ method, path, namespace, body }: Request): Promise<VaultResponse> {
    const url = `${requiredEnv("VAULT_ADDR")}/v1/${path}`;
    const response = await fetch(url, {
        method,
        dispatcher,
        headers: {
            "X-Vault-Token": childToken ?? requiredEnv("VAULT_TOKEN"),
            ...(typeof namespace === "string" ? { "X-Vault-Namespace": namespace } : {}),
        },
        signal: AbortSignal.timeout(30_000),
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    const parsed = (text === "" ? {} : JSON.parse(text)) as VaultResponse;
    if (!response.ok) {
        throw new VaultError(response.status, parsed.data, { method, url, reasons: parsed.errors ?? [] });
    }
    return parsed;
}

/** Sends a request. Returns the response's `data`, or `undefined` on a 404. */
export async function vaultIfFound(request: Request): Promise<Record<string, unknown> | undefined> {
    try {
        return await vault(request);
    } catch (error) {
        if (error instanceof VaultError && error.status === 404) {
            return undefined;
        }
        throw error;
    }
}

function requiredEnv(name: string): string {
    const value = process.env[name];
    if (value === undefined || value === "") {
        throw new Error(`${name} is not set: the vault provider needs it`);
    }
    return value;
}
