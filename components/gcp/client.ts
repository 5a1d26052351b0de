import { z } from "zod";

/** The keyword arguments of Airflow's Google backend that a read needs, with the backend's own defaults. */
export const gcpReaderKwargs = z.object({
    variables_prefix: z.string().nullable().default("airflow-variables"),
    connections_prefix: z.string().nullable().default("airflow-connections"),
    sep: z.string().default("-"),
    project_id: z.string(),
    gcp_keyfile_dict: z.object({ client_email: z.string(), private_key: z.string(), private_key_id: z.string() }),
});

/** The fields of a service account's JSON key that a login needs. */
export type AccountKey = z.output<typeof gcpReaderKwargs>["gcp_keyfile_dict"];

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
