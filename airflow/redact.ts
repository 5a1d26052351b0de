import { redactor } from "../lib/redact";
import { BACKEND } from "./envVars";

/** Gives a function that takes the credentials in these environment variables out of a text, however they are written. */
export function envRedactor(
    env: Readonly<Record<string, string>>,
    variables: readonly { readonly name: string; readonly secret: boolean }[],
): (text: string) => string {
    // The backend's class is marked as a secret with some backends, and helps to find a fault.
    const secrets = variables.filter(({ name, secret }) => secret && name !== BACKEND);
    return redactor(secrets.map(({ name }) => env[name] ?? ""));
}
