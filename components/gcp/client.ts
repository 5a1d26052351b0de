import { z } from "zod";
import { parseJson } from "../../lib/json";
import { JWT_TYPE } from "./workloadIdentity";

const accountKey = z.object({ client_email: z.string(), private_key: z.string(), private_key_id: z.string() });

/** The fields of a service account's JSON key that a login needs. */
export type AccountKey = z.output<typeof accountKey>;

const tokenExchange = z.object({ audience: z.string(), token_url: z.string() });

/** Where a token of the pods is exchanged, and for which provider. */
export type TokenExchange = z.output<typeof tokenExchange>;

/** The keyword arguments of Airflow's Google backend that a read needs, with the backend's own defaults. */
export const gcpReaderKwargs = z.object({
    variables_prefix: z.string().nullable().default("airflow-variables"),
    connections_prefix: z.string().nullable().default("airflow-connections"),
    sep: z.string().default("-"),
    project_id: z.string(),
    gcp_keyfile_dict: accountKey.optional(),
    gcp_credential_config_file: tokenExchange.optional(),
});

/**
 * Creates a token for one of Google's APIs, signed with the account's own key and valid for ten minutes. Google's Python
 * client makes its own tokens too: https://google.aip.dev/auth/4111.
 *
 * @param host e.g. `secretmanager.googleapis.com`
 */
export async function selfSignedToken(key: AccountKey, host: string): Promise<string> {
    const { importPKCS8, SignJWT } = await import("jose");
    return new SignJWT({})
        .setProtectedHeader({ alg: "RS256", kid: key.private_key_id, typ: "JWT" })
        .setIssuer(key.client_email)
        .setSubject(key.client_email)
        .setAudience(`https://${host}/`)
        .setIssuedAt()
        .setExpirationTime("10m")
        .sign(await importPKCS8(key.private_key, "RS256"));
}

/** Returns the form of a request that exchanges a token of the pods for an access token: RFC 8693. */
export function exchangeForm({ audience }: TokenExchange, token: string): URLSearchParams {
    return new URLSearchParams({
        grant_type: "urn:ietf:params:oauth:grant-type:token-exchange",
        audience,
        scope: "https://www.googleapis.com/auth/cloud-platform",
        requested_token_type: "urn:ietf:params:oauth:token-type:access_token",
        subject_token_type: JWT_TYPE,
        subject_token: token,
    });
}

/** Returns the access token in the answer to that request; `undefined` if there is none. */
export function accessTokenIn(body: string): string | undefined {
    const { data } = z.object({ access_token: z.string() }).safeParse(parseJson(body));
    return data?.access_token;
}
