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
        secretsOf: (vault: string) => new SecretClient(`https://${vault}.vault.azure.net`, credential),
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

function statusOf(error: unknown): number | undefined {
    return error instanceof Error && "statusCode" in error ? Number(error.statusCode) : undefined;
}

function worded(error: unknown): Error {
    const { code, message } = error as { code?: string; message: string };
    const status = statusOf(error);
    return status === undefined
        ? (error as Error)
        : new Error(`Status=${status} Code="${code ?? ""}" Message="${message}"`);
}

/** The plugin looks before it makes: to write is to change what somebody else has, with Azure. */
export async function refuseExisting(id: string, look: Promise<unknown>): Promise<void> {
    if ((await unlessGone(look)) !== undefined) {
        throw new Error(`cannot create already existing resource '${id}'`);
    }
}

/** The id of a Key Vault. */
export function vaultPath({ resourceGroupName, vaultName }: Record<string, unknown>): string {
    const group = `/subscriptions/${subscriptionId}/resourceGroups/${String(resourceGroupName)}`;
    return `${group}/providers/Microsoft.KeyVault/vaults/${String(vaultName)}`;
}
