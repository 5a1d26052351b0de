import { readFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { send, type HttpResponse } from "../../lib/http";
import { isMapping, parseJson } from "../../lib/json";
import { reasonOf } from "../../lib/reason";
import { statusText } from "../probe";
import { callVault, vaultErrors, vaultUrl } from "./client";

/**
 * Calls Vault's HTTP API for what the Vault provider does not support: marks, KV mounts, and the secret ids of an
 * AppRole.
 */

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

/** Vault refused a call, or could not be reached. */
export class VaultError extends Error {
    /** @param status of the answer; `undefined` if there was none */
    constructor(
        readonly status: number | undefined,
        message: string,
    ) {
        super(message);
    }
}

/** Whether Vault answered with that status. */
export function isStatus(error: unknown, status: number): error is VaultError {
    return error instanceof VaultError && error.status === status;
}

/**
 * Makes one call; returns `data` of the answer. Returns `undefined` if there is none, or if Vault answers 404.
 *
 * @throws VaultError with Vault's message for any other failure
 */
export type VaultClient = (call: VaultCall) => Promise<Readonly<Record<string, unknown>> | undefined>;

/**
 * Returns a client with the login of this shell: `VAULT_ADDR`, and `VAULT_TOKEN` or the file of `vault login`.
 *
 * @throws VaultError if there is none
 */
export async function vaultClient(): Promise<VaultClient> {
    const { VAULT_TOKEN } = process.env;
    const url = vaultAddress();
    const token = VAULT_TOKEN ?? (await savedToken());
    if (url === "" || token === "") {
        throw new VaultError(undefined, "this shell has no login to Vault: set VAULT_ADDR and VAULT_TOKEN");
    }
    return async ({ method, path, namespace, body }) => {
        const request = { method, path, token, ...(body === undefined ? {} : { body }) };
        const response = await sendTo({ url, namespace }, request, TIMEOUT_MS);
        if (response.status === 404) {
            return undefined;
        }
        const answer = parseJson(response.text);
        if (response.status < 200 || response.status >= 300) {
            const { status } = response;
            const reason = statusText({ status, text: vaultErrors(answer) || response.text });
            throw new VaultError(status, `Vault's answer to ${method} ${path}: ${reason}`);
        }
        return isMapping(answer) && isMapping(answer.data) ? answer.data : undefined;
    };
}

/** Returns the address of the Vault that Pulumi uses; an empty string if none is set. */
export function vaultAddress(): string {
    return process.env.VAULT_ADDR ?? "";
}

/**
 * Sends one request to a Vault.
 *
 * @throws VaultError if there is no response
 */
export async function sendTo(
    server: Parameters<typeof callVault>[0],
    request: Parameters<typeof callVault>[1],
    timeoutMs: number,
): Promise<HttpResponse> {
    try {
        return await callVault(server, request, (url, { headers, ...rest }) =>
            send(url, { ...rest, headers: { ...headers, "X-Vault-Request": "true" }, timeoutMs }),
        );
    } catch (error) {
        const { method, path } = request;
        throw new VaultError(undefined, `${method} ${vaultUrl(server, path)} has no answer: ${reasonOf(error)}`);
    }
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
