import { testJsonConnection, testUriConnection, testVariable } from "../../airflow/testSecrets";
import { vaultPaths, type VaultPathScope } from "./airflow";

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
export function testSecretsOf(scope: VaultPathScope): readonly VaultTestSecret[] {
    const paths = vaultPaths(scope);
    return all.flatMap(({ role, kind, key, fields }) => {
        const path = paths[kind];
        return path === undefined ? [] : { role, path: `${path}/${key}`, fields };
    });
}
