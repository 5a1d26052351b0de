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
    managed_identity_client_id: z.string().default(""),
    workload_identity_tenant_id: z.string().default(""),
});

type LoginKwargs = Omit<
    z.output<typeof azureReaderKwargs>,
    "variables_prefix" | "connections_prefix" | "sep" | "vault_url"
>;

/** How a Deployment logs in to its app. */
export interface AzureAppLogin {
    readonly tenantId: string;
    readonly clientId: string;
    /** The fields of the request that show who it is. */
    readonly proof: Readonly<Record<string, string>>;
}

/**
 * Returns how Airflow logs in: with a token of its pods; or with the client secret in the keyword arguments, if they have
 * one; or with that in the env vars.
 *
 * @param token what a pod of a keyless login finds in its token file; `undefined` for a login with a client secret
 */
export function azureAppLogin(kwargs: LoginKwargs, env: Env, token: string | undefined): AzureAppLogin {
    const { tenant_id, client_id, client_secret } = kwargs;
    if (token !== undefined) {
        const proof = {
            client_assertion_type: "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
            client_assertion: token,
        };
        return { tenantId: kwargs.workload_identity_tenant_id, clientId: kwargs.managed_identity_client_id, proof };
    }
    return tenant_id !== "" && client_id !== "" && client_secret !== ""
        ? { tenantId: tenant_id, clientId: client_id, proof: { client_secret } }
        : {
              tenantId: env[AZURE_TENANT_ID] ?? "",
              clientId: env[AZURE_CLIENT_ID] ?? "",
              proof: { client_secret: env[AZURE_CLIENT_SECRET] ?? "" },
          };
}

/**
 * Returns the request for a token of a Deployment's app: the client credentials grant of OAuth 2.0.
 *
 * @param audience what the token is for, e.g. `https://vault.azure.net`
 */
export function azureTokenRequest(
    { tenantId, clientId, proof }: AzureAppLogin,
    audience: string,
): { url: string; request: Omit<HttpRequest, "timeoutMs"> } {
    const form = new URLSearchParams({
        grant_type: "client_credentials",
        client_id: clientId,
        ...proof,
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
