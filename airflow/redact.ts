import { redactor } from "../lib/redact";
import { BACKEND } from "./envVars";

/**
 * Returns a function that removes the credentials in these environment variables from a string: as plain text,
 * JSON-escaped, URL-encoded or in base64.
 */
export function envRedactor(
    env: Readonly<Record<string, string>>,
    variables: readonly { readonly name: string; readonly secret: boolean }[],
): (text: string) => string {
    // Some backends mark the backend's class as secret too. It stays: it helps to find the cause of an error.
    const secrets = variables.filter(({ name, secret }) => secret && name !== BACKEND);
    return redactor(secrets.map(({ name }) => env[name] ?? ""));
}
