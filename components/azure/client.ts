import { z } from "zod";
import { AZURE_CLIENT_ID, AZURE_CLIENT_SECRET, AZURE_TENANT_ID } from "../../airflow/envVars";
import type { Env } from "../../airflow/kwargs";
import type { HttpRequest } from "../../lib/http";

/** The keyword arguments of Airflow's Azure backend that a read needs, with the backend's own defaults. */
export const azureReaderKwargs = z.object({
    variables_prefix: z.string().nullable().default("airflow-variables"),
    connections_prefix: z.string().nullable().default("airflow-connections"),
    sep: z.string().default("-"),
    vault_url: z.url(),
    tenant_id: z.string().default(""),
    client_id: z.string().default(""),
    client_secret: z.string().default(""),
});

type LoginKwargs = Pick<z.output<typeof azureReaderKwargs>, "tenant_id" | "client_id" | "client_secret">;

/** How a Deployment logs in to its app. */
export interface AzureAppLogin {
    readonly tenantId: string;
    readonly clientId: string;
    readonly clientSecret: string;
}

/** Returns how Airflow logs in: with the keyword arguments if all three are there, otherwise with the env vars. */
export function azureAppLogin({ tenant_id, client_id, client_secret }: LoginKwargs, env: Env): AzureAppLogin {
    return tenant_id !== "" && client_id !== "" && client_secret !== ""
        ? { tenantId: tenant_id, clientId: client_id, clientSecret: client_secret }
        : {
              tenantId: env[AZURE_TENANT_ID] ?? "",
              clientId: env[AZURE_CLIENT_ID] ?? "",
              clientSecret: env[AZURE_CLIENT_SECRET] ?? "",
          };
}

/**
 * Returns the request for a token of a Deployment's app: the client credentials grant of OAuth 2.0.
 *
 * @param audience what the token is for, e.g. `https://vault.azure.net`
 */
export function azureTokenRequest(
    { tenantId, clientId, clientSecret }: AzureAppLogin,
    audience: string,
): { url: string; request: Omit<HttpRequest, "timeoutMs"> } {
    const form = new URLSearchParams({
        grant_type: "client_credentials",
        client_id: clientId,
        client_secret: clientSecret,
        scope: `${audience}/.default`,
    });
    return {
        url: `https://login.microsoftonline.com/${tenantId}/oauth2/v2.0/token`,
        request: {
            method: "POST",
            headers: { "content-type": "application/x-www-form-urlencoded" },
            body: form.toString(),
        },
    };
}
