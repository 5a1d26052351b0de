import { looksUp, type Scope } from "./scope";

/**
 * The three test secrets of a Deployment with `testSecrets: true`. `dags/verify_secrets_backend.py` reads them back.
 * Their values are public and give access to nothing.
 */

/** An Airflow variable. */
export const testVariable = { key: "verify_variable", value: "my-test-variable" } as const;

/** A connection stored as a URI. */
export const testUriConnection = {
    id: "verify_connection_uri",
    uri: "postgres://verify-user:verify-password@db.example.com:5432/verify?sslmode=require",
} as const;

/**
 * A connection stored as JSON. Its password has characters that wrong quoting breaks: quotes, a newline, `$`, `#`,
 * Unicode.
 */
export const testJsonConnection = {
    id: "verify_connection_json",
    fields: {
        conn_type: "http",
        host: "api.example.com",
        login: "verify-user",
        password: "p@ss'w\"o\\rd $HOME ${x} #1\n√",
        port: 8443,
        schema: "https",
        extra: '{"timeout": 30}',
    },
} as const;

/** The three test secrets as strings, for services that store a string per name. */
export const testSecretTexts = [
    { role: "test-variable", kind: "variables", key: testVariable.key, text: testVariable.value },
    { role: "test-connection-uri", kind: "connections", key: testUriConnection.id, text: testUriConnection.uri },
    {
        role: "test-connection-json",
        kind: "connections",
        key: testJsonConnection.id,
        text: JSON.stringify(testJsonConnection.fields),
    },
] as const;

/** Returns the test secrets that Airflow looks up. */
export function testSecretsIn(scope: Scope) {
    return testSecretTexts.filter(({ kind }) => looksUp(scope, kind));
}
