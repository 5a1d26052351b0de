import { STATUS_CODES } from "node:http";
import { AuthorizationManagementClient } from "@azure/arm-authorization";
import { KeyVaultManagementClient } from "@azure/arm-keyvault";
import { ResourceManagementClient } from "@azure/arm-resources";
import { ClientSecretCredential } from "@azure/identity";
import { SecretClient } from "@azure/keyvault-secrets";
import { graphClient } from "./graph";

/** Azure's own clients, with the service principal from the env vars that the official plugins read. */

const { ARM_TENANT_ID = "", ARM_SUBSCRIPTION_ID = "", ARM_CLIENT_ID = "", ARM_CLIENT_SECRET = "" } = process.env;

export const tenantId = ARM_TENANT_ID;
export const subscriptionId = ARM_SUBSCRIPTION_ID;
export const clientId = ARM_CLIENT_ID;

let clients: ReturnType<typeof connect> | undefined;

/** Returns the clients. They are created on first use: the host also runs without Azure. */
export function azure(): ReturnType<typeof connect> {
    clients ??= connect();
    return clients;
}

function connect() {
    const credential = new ClientSecretCredential(tenantId, clientId, ARM_CLIENT_SECRET);
    return {
        credential,
        graph: graphClient(credential),
        keyVault: new KeyVaultManagementClient(credential, subscriptionId),
        authorization: new AuthorizationManagementClient(credential, subscriptionId),
        resources: new ResourceManagementClient(credential, subscriptionId),
        // The host name of a deleted vault does not resolve, so retries are pointless.
        secretsOf: (vault: string) =>
            new SecretClient(`https://${vault}.vault.azure.net`, credential, { retryOptions: { maxRetries: 0 } }),
    };
}

/** Waits for `request`. Returns `undefined` if Azure answers 404. Any other error gets the plugin's format. */
export async function ignoreNotFound<T>(request: Promise<T>): Promise<T | undefined> {
    try {
        return await request;
    } catch (error) {
        if (statusOf(error) === 404) {
            return undefined;
        }
        throw toPluginError(error);
    }
}

/** Waits for `request`. An error gets the plugin's format. */
export async function withPluginError<T>(request: Promise<T>): Promise<T> {
    try {
        return await request;
    } catch (error) {
        throw toPluginError(error);
    }
}

/** Waits for `request`. An error gets the format of the Azure SDK for Go, which the plugin keeps in some places. */
export async function withSdkError<T>(request: Promise<T>): Promise<T> {
    try {
        return await request;
    } catch (error) {
        throw isRestError(error) ? new AzureError(sdkMessage(error), error) : error;
    }
}

/** Whether Azure answered with this status, whatever the error's format. */
export function hasStatus(error: unknown, status: number): boolean {
    return statusOf(error instanceof AzureError ? error.cause : error) === status;
}

function statusOf(error: unknown): number | undefined {
    return error instanceof Error && "statusCode" in error ? Number(error.statusCode) : undefined;
}

/** An error response of Azure, in the format of the plugin or of the SDK that it uses. */
class AzureError extends Error {
    constructor(message: string, cause: unknown) {
        super(message, { cause });
    }
}

function toPluginError(error: unknown): Error {
    const { code, message } = error as { code?: string; message: string };
    const status = statusOf(error);
    return status === undefined
        ? (error as Error)
        : new AzureError(`Status=${status} Code="${code ?? ""}" Message="${message}"`, error);
}

/** The error that Azure's SDK throws, with the fields that are used here. */
interface RestError extends Error {
    readonly statusCode?: number;
    readonly code?: string;
    readonly request?: { readonly method: string; readonly url: string };
    readonly response?: { readonly bodyAsText?: string | null };
}

function isRestError(error: unknown): error is RestError {
    return error instanceof Error && error.name === "RestError";
}

const SEPARATOR = "-".repeat(80);

function sdkMessage({ statusCode, code, message, request, response }: RestError): string {
    const { method = "", url = "" } = request ?? {};
    if (statusCode === undefined) {
        const { hostname } = new URL(url);
        const verb = `${method.slice(0, 1)}${method.slice(1).toLowerCase()}`;
        return `${verb} "${url}": dial tcp: lookup ${hostname}: no such host`;
    }
    const status = `RESPONSE ${statusCode}: ${statusCode} ${STATUS_CODES[statusCode] ?? ""}`;
    const [address = ""] = url.split("?");
    const answer = response?.bodyAsText ?? message;
    return [
        `${method} ${address}`,
        SEPARATOR,
        status,
        `ERROR CODE: ${code ?? ""}`,
        SEPARATOR,
        answer,
        SEPARATOR,
        "",
    ].join("\n");
}

/**
 * Throws if a resource exists. The plugin checks this before it creates one: Azure's PUT would update somebody else's
 * resource.
 */
export async function throwIfExists(id: string, lookup: Promise<unknown>): Promise<void> {
    if ((await ignoreNotFound(lookup)) !== undefined) {
        throw new Error(`cannot create already existing resource '${id}'`);
    }
}

/** Returns the resource ID of a resource group. */
export function resourceGroupId({ resourceGroupName }: Record<string, unknown>): string {
    return `/subscriptions/${subscriptionId}/resourceGroups/${String(resourceGroupName)}`;
}

/** Returns the resource ID of a Key Vault. */
export function vaultId(inputs: Record<string, unknown>): string {
    return `${resourceGroupId(inputs)}/providers/Microsoft.KeyVault/vaults/${String(inputs.vaultName)}`;
}
