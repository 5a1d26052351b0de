import { doing } from "../doing";

/** Vault's HTTP API, at the address and with the token that the official plugin would take from the environment. */

interface Request {
    readonly method: "GET" | "PUT" | "DELETE";
    /** What follows `/v1/`. */
    readonly path: string;
    readonly namespace?: unknown;
    readonly body?: object;
}

/** What Vault answered, told as Vault's Go client tells it. */
export class VaultError extends Error {
    constructor(
        readonly status: number,
        /** The answer's data: there are some with a 404, where the latest version of a secret is deleted. */
        readonly data: Record<string, unknown> | undefined,
        of: { readonly method: string; readonly url: string; readonly reasons: readonly string[] },
    ) {
        const reasons = of.reasons.map((reason) => `* ${reason}`).join("\n");
        super(`Error making API request.\n\nURL: ${of.method} ${of.url}\nCode: ${status}. Errors:\n\n${reasons}`);
    }
}

/** The short-lived token that the plugin makes itself of the one that it was given. */
let childToken: string | undefined;

/** Begins a run of the engine's, as the plugin does. */
export async function logIn(): Promise<void> {
    childToken = undefined;
    await doing("failed to lookup token, err=", answerTo({ method: "GET", path: "auth/token/lookup-self" }));
    const body = { display_name: "terraform", ttl: "1200s", explicit_max_ttl: "1200s", renewable: false };
    const created = answerTo({ method: "PUT", path: "auth/token/create", body });
    childToken = (await doing("failed to create limited child token: ", created)).auth?.client_token;
}

/** Sends a request and gives the answer's `data`; empty where there is none. */
export async function vault(request: Request): Promise<Record<string, unknown>> {
    return (await answerTo(request)).data ?? {};
}

interface Answer {
    readonly data?: Record<string, unknown>;
    readonly auth?: { readonly client_token: string };
    readonly errors?: string[];
}

async function answerTo({ method, path, namespace, body }: Request): Promise<Answer> {
    const url = `${setting("VAULT_ADDR")}/v1/${path}`;
    const response = await fetch(url, {
        method,
        headers: {
            "X-Vault-Token": childToken ?? setting("VAULT_TOKEN"),
            ...(typeof namespace === "string" ? { "X-Vault-Namespace": namespace } : {}),
        },
        signal: AbortSignal.timeout(30_000),
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    const answer = (text === "" ? {} : JSON.parse(text)) as Answer;
    if (!response.ok) {
        throw new VaultError(response.status, answer.data, { method, url, reasons: answer.errors ?? [] });
    }
    return answer;
}

/** The same for something that may not be there: `undefined` on 404. */
export async function vaultIfThere(request: Request): Promise<Record<string, unknown> | undefined> {
    try {
        return await vault(request);
    } catch (error) {
        if (error instanceof VaultError && error.status === 404) {
            return undefined;
        }
        throw error;
    }
}

function setting(name: string): string {
    const value = process.env[name];
    if (value === undefined || value === "") {
        throw new Error(`${name} is not set: the vault provider needs it`);
    }
    return value;
}
