import { readFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { send } from "../../lib/http";
import { isMapping, parseJson } from "../../lib/json";
import { callVault, vaultErrors } from "./client";

/** Calls Vault's HTTP API for what the Vault provider does not support: listing the secret ids of an AppRole. */

/** Timeout of a call, in milliseconds. */
const TIMEOUT_MS = 60_000;

export interface VaultCall {
    readonly method: "GET" | "LIST" | "POST";
    /** What follows `/v1/`. */
    readonly path: string;
    /** Vault Enterprise namespace. Default: the root namespace. */
    readonly namespace: string | undefined;
    readonly body?: object;
}

/**
 * Makes one call; returns `data` of the answer. Returns `undefined` if there is none, or if Vault answers 404.
 *
 * @throws Error with Vault's message for any other failure
 */
export type VaultClient = (call: VaultCall) => Promise<Readonly<Record<string, unknown>> | undefined>;

/**
 * Returns a client with the login of this shell: `VAULT_ADDR`, and `VAULT_TOKEN` or the file of `vault login`.
 *
 * @throws Error if there is none
 */
export async function vaultClient(): Promise<VaultClient> {
    const { VAULT_ADDR: address = "", VAULT_TOKEN } = process.env;
    const token = VAULT_TOKEN ?? (await savedToken());
    if (address === "" || token === "") {
        throw new Error("this shell has no login to Vault: set VAULT_ADDR and VAULT_TOKEN");
    }
    return async ({ method, path, namespace, body }) => {
        const request = { method, path, token, ...(body === undefined ? {} : { body }) };
        const { status, text } = await callVault({ url: address, namespace }, request, (url, { headers, ...rest }) =>
            send(url, { ...rest, headers: { ...headers, "X-Vault-Request": "true" }, timeoutMs: TIMEOUT_MS }),
        );
        if (status === 404) {
            return undefined;
        }
        const answer = parseJson(text);
        if (status < 200 || status >= 300) {
            throw new Error(`Vault answers ${status} to ${method} ${path}: ${vaultErrors(answer)}`);
        }
        return isMapping(answer) && isMapping(answer.data) ? answer.data : undefined;
    };
}

/** Returns the token that `vault login` has saved; an empty string if there is none. */
async function savedToken(): Promise<string> {
    try {
        return (await readFile(join(homedir(), ".vault-token"), "utf8")).trim();
    } catch (error) {
        if ((error as NodeJS.ErrnoException).code === "ENOENT") {
            return "";
        }
        throw error;
    }
}
