import assert from "node:assert/strict";
import { flatPrefixes, keysBelow, lookedUp, namePrefixes, secretName } from "../../../airflow/scope";
import { testSecretsIn } from "../../../airflow/testSecrets";

const scope = { scope: "solar", configPrefix: "config", sep: "-" };
const names = ["solar-airflow-variables-a", "solar-airflow-connections-db", "config-a", "x"];

describe("the prefixes of a scope", () => {
    it("are one for variables, one for connections and one for Airflow's own configuration", () => {
        const prefixes = flatPrefixes(scope);
        assert.deepEqual(namePrefixes(prefixes), ["solar-airflow-variables-", "solar-airflow-connections-", "config-"]);
        assert.deepEqual(keysBelow(prefixes, names), [
            { kind: "variables", key: "a" },
            { kind: "connections", key: "db" },
        ]);
    });

    it("leave out what Airflow does not look up", () => {
        for (const [only, other] of [
            ["variables", "connections"],
            ["connections", "variables"],
        ] as const) {
            const prefixes = flatPrefixes({ ...scope, only });
            assert.deepEqual(namePrefixes(prefixes), [`solar-airflow-${only}-`, "config-"]);
            assert.deepEqual(lookedUp(prefixes), [{ kind: only, prefix: `solar-airflow-${only}-` }]);
            assert.deepEqual(new Set(keysBelow(prefixes, names).map(({ kind }) => kind)), new Set([only]));
            assert.equal(secretName(prefixes, only, "x"), `solar-airflow-${only}-x`);
            assert.throws(() => secretName(prefixes, other, "x"), new RegExp(`Airflow does not look up ${other}`));
        }
    });
});

describe("the test secrets of a scope", () => {
    it("are those that Airflow looks up", () => {
        const roles = (only?: "variables" | "connections") => testSecretsIn({ only }).map(({ role }) => role);
        assert.deepEqual(roles(), ["test-variable", "test-connection-uri", "test-connection-json"]);
        assert.deepEqual(roles("variables"), ["test-variable"]);
        assert.deepEqual(roles("connections"), ["test-connection-uri", "test-connection-json"]);
    });
});
