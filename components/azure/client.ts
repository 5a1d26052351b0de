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
});

/**
 * Returns the request for a token of a Deployment's app: the client credentials grant of OAuth 2.0.
 *
 * @param audience what the token is for, e.g. `https://vault.azure.net`
 */
export function azureTokenRequest(
    env: Env,
    audience: string,
): { url: string; request: Omit<HttpRequest, "timeoutMs"> } {
    const form = new URLSearchParams({
        grant_type: "client_credentials",
        client_id: env[AZURE_CLIENT_ID] ?? "",
        client_secret: env[AZURE_CLIENT_SECRET] ?? "",
        scope: `${audience}/.default`,
    });
    return {
        url: `https://login.microsoftonline.com/${env[AZURE_TENANT_ID] ?? ""}/oauth2/v2.0/token`,
        request: {
            method: "POST",
            headers: { "content-type": "application/x-www-form-urlencoded" },
            body: form.toString(),
        },
    };
}
