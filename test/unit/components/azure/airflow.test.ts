import * as assert from "node:assert/strict";
import * as fc from "fast-check";
import { azureKwargs, azureSecretNames, type AzureKey } from "../../../../components/azure/airflow";

const sep = "-";
const variable = (key: string): AzureKey => ["variables", key];

describe("azureSecretNames", () => {
    it("returns the names of Astronomer's guide without a scope, with the separator instead of each underscore", () => {
        assert.deepEqual(azureSecretNames({ sep }, [variable("my_key"), ["connections", "my_conn"]]), [
            "airflow-variables-my-key",
            "airflow-connections-my-conn",
        ]);
        assert.deepEqual(azureSecretNames({ sep, scope: "solar" }, [variable("my_key")]), [
            "solar-airflow-variables-my-key",
        ]);
    });

    it("refuses two keys with the same secret name, and names both", () => {
        assert.throws(
            () => azureSecretNames({ sep }, [variable("a_b"), variable("c"), variable("a-b")]),
            /^Error: The variable "a_b" and the variable "a-b" would be the same secret in Azure Key Vault, "airflow-variables-a-b": secret names cannot contain "_"/,
        );
        const scope = { sep, variablesPrefix: "vars", connectionsPrefix: "vars-conn" };
        assert.throws(
            () => azureSecretNames(scope, [variable("conn_x"), ["connections", "x"]]),
            /The variable "conn_x" and the connection "x" would be the same secret/,
        );
        assert.deepEqual(
            azureSecretNames({ sep }, [variable("a"), variable("a")]).length,
            2,
            "the same key twice is allowed",
        );
    });

    it("refuses a key that Key Vault does not allow, with the reason", () => {
        for (const key of ["my.key", "", "ä", "a b", "a/b"]) {
            assert.throws(
                () => azureSecretNames({ sep }, [variable(key)]),
                (error) =>
                    error instanceof Error && error.message.startsWith(`"${key}" cannot be a key in Azure Key Vault`),
                key,
            );
        }
        assert.throws(() => azureSecretNames({ sep }, [variable("a".repeat(110))]), /128 characters.* 127 at most/);
        assert.equal(azureSecretNames({ sep }, [variable("a".repeat(109))])[0]?.length, 127);
    });

    it("returns names that Key Vault allows, each for one key only", () => {
        const key = fc.stringMatching(/^[A-Za-z0-9_-]{1,20}$/);
        fc.assert(
            fc.property(fc.uniqueArray(key, { maxLength: 8 }), (keys) => {
                const distinct = new Set(keys.map((each) => each.replaceAll("_", sep)));
                const wanted = keys.map(variable);
                if (distinct.size < keys.length) {
                    assert.throws(() => azureSecretNames({ sep }, wanted), /would be the same secret/);
                } else {
                    const names = azureSecretNames({ sep }, wanted);
                    assert.equal(new Set(names).size, keys.length);
                    assert.ok(names.every((name) => /^[0-9a-zA-Z-]{1,127}$/.test(name)));
                }
            }),
        );
    });
});

describe("azureKwargs", () => {
    it("contains the vault's URL, and what it logs in with only if that is given, and disables the lookup of Airflow's configuration", () => {
        assert.deepEqual(azureKwargs({ sep }, "my-vault", {}), {
            connections_prefix: "airflow-connections",
            variables_prefix: "airflow-variables",
            config_prefix: null,
            vault_url: "https://my-vault.vault.azure.net",
        });
        assert.equal(azureKwargs({ sep }, "my-vault", { client_id: "app" }).client_id, "app");
        assert.equal(
            azureKwargs({ configPrefix: "airflow-config", sep }, "my-vault", {}).config_prefix,
            "airflow-config",
        );
        const own = { sep, variablesPrefix: "v", connectionsPrefix: "c" };
        const { variables_prefix, connections_prefix } = azureKwargs(own, "my-vault", {});
        assert.deepEqual([variables_prefix, connections_prefix], ["v", "c"]);
    });

    it("has no prefix for what Airflow does not look up", () => {
        const variables = azureKwargs({ sep, only: "variables" }, "my-vault", {});
        assert.deepEqual([variables.variables_prefix, variables.connections_prefix], ["airflow-variables", null]);
        const connections = azureKwargs({ sep, only: "connections" }, "my-vault", {});
        assert.deepEqual([connections.variables_prefix, connections.connections_prefix], [null, "airflow-connections"]);
    });
});
