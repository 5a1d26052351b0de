import { readFile } from "node:fs/promises";
import type { TokenCredential } from "@azure/identity";
import { azureCall } from "./rest";

/** The APIs that a token can be requested for. */
const audiences = {
    manager: "https://management.azure.com",
    graph: "https://graph.microsoft.com",
    vault: "https://vault.azure.net",
} as const;

export type Audience = keyof typeof audiences;

/** Returns an access token. Logs in like the Azure providers, with the env vars that configure them. */
export type AzureToken = (audience: Audience) => Promise<string>;

/** Logs in when the first token is requested: most stacks have nothing in Azure. */
export function azureTokens(): AzureToken {
    let credential: Promise<TokenCredential> | undefined;
    return async (audience) => {
        credential ??= logIn();
        const token = await (await credential).getToken(`${audiences[audience]}/.default`);
        if (token === null) {
            throw new Error("Azure returned no token for this login");
        }
        return token.token;
    };
}

/** Logs in as documented at https://www.pulumi.com/registry/packages/azure-native/installation-configuration/ */
async function logIn(): Promise<TokenCredential> {
    const { AzureCliCredential, ClientAssertionCredential, ClientSecretCredential, ManagedIdentityCredential } =
        await import("@azure/identity");
    const { ARM_TENANT_ID: tenant, ARM_CLIENT_ID: client, ARM_CLIENT_SECRET: secret } = process.env;
    if (tenant !== undefined && client !== undefined && secret !== undefined) {
        return new ClientSecretCredential(tenant, client, secret);
    }
    if (tenant !== undefined && client !== undefined && process.env.ARM_USE_OIDC === "true") {
        return new ClientAssertionCredential(tenant, client, oidcToken);
    }
    if (process.env.ARM_USE_MSI === "true") {
        return client === undefined ? new ManagedIdentityCredential() : new ManagedIdentityCredential(client);
    }
    return new AzureCliCredential(tenant === undefined ? {} : { tenantId: tenant });
}

/**
 * Returns the OIDC token from an env var, a file or GitHub Actions:
 * https://docs.github.com/actions/reference/openid-connect-reference
 *
 * @throws Error if there is none
 */
async function oidcToken(): Promise<string> {
    const { ARM_OIDC_TOKEN: token, ARM_OIDC_TOKEN_FILE_PATH: file } = process.env;
    if (token !== undefined) {
        return token;
    }
    if (file !== undefined) {
        return (await readFile(file, "utf8")).trim();
    }
    const url = process.env.ARM_OIDC_REQUEST_URL ?? process.env.ACTIONS_ID_TOKEN_REQUEST_URL;
    const bearer = process.env.ARM_OIDC_REQUEST_TOKEN ?? process.env.ACTIONS_ID_TOKEN_REQUEST_TOKEN;
    if (url === undefined || bearer === undefined) {
        throw new Error(
            "ARM_USE_OIDC is set, but there is no token: set ARM_OIDC_TOKEN or ARM_OIDC_TOKEN_FILE_PATH, or give the " +
                "GitHub Actions job permissions: id-token: write",
        );
    }
    const { body } = await azureCall("GET", `${url}&audience=api://AzureADTokenExchange`, bearer);
    return (body as { value: string }).value;
}
