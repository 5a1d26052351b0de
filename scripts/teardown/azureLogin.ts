import { readFile } from "node:fs/promises";
import type { TokenCredential } from "@azure/identity";
import { azureCall } from "../../components/azure/rest";
import { CommandError } from "../command";

/** What a token is for. */
const audiences = {
    manager: "https://management.azure.com",
    graph: "https://graph.microsoft.com",
    vault: "https://vault.azure.net",
} as const;

export type Audience = keyof typeof audiences;

/** Gives an access token of whoever runs Pulumi: the login is that of the Azure providers, from their variables. */
export type AzureToken = (audience: Audience) => Promise<string>;

/** Looked for when the first token is asked for: most stacks have nothing in Azure. */
export function azureTokens(): AzureToken {
    let credential: Promise<TokenCredential> | undefined;
    return async (audience) => {
        credential ??= logIn();
        const token = await (await credential).getToken(`${audiences[audience]}/.default`);
        if (token === null) {
            throw new CommandError("Azure gives no token for this login");
        }
        return token.token;
    };
}

/** https://www.pulumi.com/registry/packages/azure-native/installation-configuration/ */
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

/** Given, in a file, or to be had of GitHub: https://docs.github.com/actions/reference/openid-connect-reference */
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
        throw new CommandError(
            "ARM_USE_OIDC is set, but there is no token: set ARM_OIDC_TOKEN or ARM_OIDC_TOKEN_FILE_PATH, or give the job " +
                "of GitHub Actions permissions: id-token: write",
        );
    }
    const { body } = await azureCall("GET", `${url}&audience=api://AzureADTokenExchange`, bearer);
    return (body as { value: string }).value;
}
