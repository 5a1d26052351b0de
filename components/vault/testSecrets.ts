import { looksUp, secretName, type Scope } from "../../airflow/scope";
import { testJsonConnection, testUriConnection, testVariable } from "../../airflow/testSecrets";
import { vaultPrefixes } from "./airflow";

/** A test secret where the Deployment's Airflow looks for it. */
export interface VaultTestSecret {
    /** The part of its logical name. */
    readonly role: string;
    /** Below the mount. */
    readonly path: string;
    readonly fields: Readonly<Record<string, unknown>>;
}

const all = [
    { role: "test-variable", kind: "variables", key: testVariable.key, fields: { value: testVariable.value } },
    {
        role: "test-connection-uri",
        kind: "connections",
        key: testUriConnection.id,
        fields: { conn_uri: testUriConnection.uri },
    },
    {
        role: "test-connection-json",
        kind: "connections",
        key: testJsonConnection.id,
        fields: testJsonConnection.fields,
    },
] as const;

/** Returns the test variable and the two test connections, without what Airflow does not look up. */
export function testSecretsOf(scope: Scope): readonly VaultTestSecret[] {
    const prefixes = vaultPrefixes(scope);
    return all
        .filter(({ kind }) => looksUp(scope, kind))
        .map(({ role, kind, key, fields }) => ({ role, path: secretName(prefixes, kind, key), fields }));
}
