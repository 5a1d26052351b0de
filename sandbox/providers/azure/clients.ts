import { STATUS_CODES } from "node:http";
import { AuthorizationManagementClient } from "@azure/arm-authorization";
import { KeyVaultManagementClient } from "@azure/arm-keyvault";
import { ResourceManagementClient } from "@azure/arm-resources";
import { ClientSecretCredential } from "@azure/identity";
import { SecretClient } from "@azure/keyvault-secrets";
import { graphClient } from "./graph";

/** Azure's own clients, with the login that the official plugins would take from the environment. */

const { ARM_TENANT_ID = "", ARM_SUBSCRIPTION_ID = "", ARM_CLIENT_ID = "", ARM_CLIENT_SECRET = "" } = process.env;

export const tenantId = ARM_TENANT_ID;
export const subscriptionId = ARM_SUBSCRIPTION_ID;
export const clientId = ARM_CLIENT_ID;

let known: ReturnType<typeof connect> | undefined;

/** Made when the first is asked for: the host also runs where there is no Azure. */
export function azure(): ReturnType<typeof connect> {
    known ??= connect();
    return known;
}

function connect() {
    const credential = new ClientSecretCredential(tenantId, clientId, ARM_CLIENT_SECRET);
    return {
        credential,
        graph: graphClient(credential),
        keyVault: new KeyVaultManagementClient(credential, subscriptionId),
        authorization: new AuthorizationManagementClient(credential, subscriptionId),
        resources: new ResourceManagementClient(credential, subscriptionId),
        // A vault that is gone has no address, and there is nothing to wait for.
        secretsOf: (vault: string) =>
            new SecretClient(`https://${vault}.vault.azure.net`, credential, { retryOptions: { maxRetries: 0 } }),
    };
}

/** What `ask` gives, or `undefined` when Azure answers that the thing is not there; any other error as the plugin words it. */
export async function unlessGone<T>(ask: Promise<T>): Promise<T | undefined> {
    try {
        return await ask;
    } catch (error) {
        if (statusOf(error) === 404) {
            return undefined;
        }
        throw worded(error);
    }
}

/** What `ask` gives; an error as the plugin words it. */
export async function ask<T>(asked: Promise<T>): Promise<T> {
    try {
        return await asked;
    } catch (error) {
        throw worded(error);
    }
}

/** What `asked` gives; an error as Azure's Go SDK words it, which the plugin leaves as it is in some places. */
export async function asSdkSays<T>(asked: Promise<T>): Promise<T> {
    try {
        return await asked;
    } catch (error) {
        throw isRestError(error) ? new Refusal(sdkWords(error), error) : error;
    }
}

/** Whether Azure answered with that status, however it is worded. */
export function hasStatus(error: unknown, status: number): boolean {
    return statusOf(error instanceof Refusal ? error.cause : error) === status;
}

function statusOf(error: unknown): number | undefined {
    return error instanceof Error && "statusCode" in error ? Number(error.statusCode) : undefined;
}

/** Azure's answer, in the words of the plugin or of the SDK it uses. */
class Refusal extends Error {
    constructor(message: string, cause: unknown) {
        super(message, { cause });
    }
}

function worded(error: unknown): Error {
    const { code, message } = error as { code?: string; message: string };
    const status = statusOf(error);
    return status === undefined
        ? (error as Error)
        : new Refusal(`Status=${status} Code="${code ?? ""}" Message="${message}"`, error);
}

/** What Azure's SDK throws, as far as it is worded here. */
interface RestError extends Error {
    readonly statusCode?: number;
    readonly code?: string;
    readonly request?: { readonly method: string; readonly url: string };
    readonly response?: { readonly bodyAsText?: string | null };
}

function isRestError(error: unknown): error is RestError {
    return error instanceof Error && error.name === "RestError";
}

const RULE = "-".repeat(80);

function sdkWords({ statusCode, code, message, request, response }: RestError): string {
    const { method = "", url = "" } = request ?? {};
    if (statusCode === undefined) {
        const { hostname } = new URL(url);
        const verb = `${method.slice(0, 1)}${method.slice(1).toLowerCase()}`;
        return `${verb} "${url}": dial tcp: lookup ${hostname}: no such host`;
    }
    const status = `RESPONSE ${statusCode}: ${statusCode} ${STATUS_CODES[statusCode] ?? ""}`;
    const [address = ""] = url.split("?");
    const answer = response?.bodyAsText ?? message;
    return [`${method} ${address}`, RULE, status, `ERROR CODE: ${code ?? ""}`, RULE, answer, RULE, ""].join("\n");
}

/** The plugin looks before it makes: to write is to change what somebody else has, with Azure. */
export async function refuseExisting(id: string, look: Promise<unknown>): Promise<void> {
    if ((await unlessGone(look)) !== undefined) {
        throw new Error(`cannot create already existing resource '${id}'`);
    }
}

/** The id of a resource group. */
export function groupPath({ resourceGroupName }: Record<string, unknown>): string {
    return `/subscriptions/${subscriptionId}/resourceGroups/${String(resourceGroupName)}`;
}

/** The id of a Key Vault. */
export function vaultPath(of: Record<string, unknown>): string {
    return `${groupPath(of)}/providers/Microsoft.KeyVault/vaults/${String(of.vaultName)}`;
}
