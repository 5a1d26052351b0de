/** Vault's HTTP API, at the address and with the token that the official plugin would take from the environment. */

interface Request {
    readonly method: "GET" | "POST" | "PUT" | "DELETE";
    /** What follows `/v1/`. */
    readonly path: string;
    readonly namespace?: unknown;
    readonly body?: object;
}

export class VaultError extends Error {
    constructor(
        readonly status: number,
        /** Vault's own sentences. */
        readonly reasons: readonly string[],
        { method, path }: Request,
    ) {
        super(`Vault answered ${status} to ${method} ${path}: ${reasons.join("; ") || "no reason given"}`);
    }
}

/** Sends a request and gives the answer's `data`; empty where there is none. */
export async function vault(request: Request): Promise<Record<string, unknown>> {
    const { method, path, namespace, body } = request;
    const response = await fetch(`${setting("VAULT_ADDR")}/v1/${path}`, {
        method,
        headers: {
            "X-Vault-Token": setting("VAULT_TOKEN"),
            ...(typeof namespace === "string" ? { "X-Vault-Namespace": namespace } : {}),
        },
        signal: AbortSignal.timeout(30_000),
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    const answer = (text === "" ? {} : JSON.parse(text)) as { data?: Record<string, unknown>; errors?: string[] };
    if (!response.ok) {
        throw new VaultError(response.status, answer.errors ?? [], request);
    }
    return answer.data ?? {};
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
