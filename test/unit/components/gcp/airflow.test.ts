import * as assert from "node:assert/strict";
import { evaluate } from "@marcbachmann/cel-js";
import * as fc from "fast-check";
import { gcpCondition, gcpKwargs, gcpSecretId } from "../../../../components/gcp/airflow";
import { flatPrefixes, namePrefixes, type SeparatedScope } from "../../../../airflow/scope";

const sep = "-";
const idPrefixes = (scope: SeparatedScope) => namePrefixes(flatPrefixes(scope));

describe("the names of a Google scope", () => {
    it("are the guide's without one", () => {
        assert.deepEqual(idPrefixes({ sep }), ["airflow-variables-", "airflow-connections-"]);
        assert.equal(gcpSecretId({ sep }, "variables", "my_key"), "airflow-variables-my_key");
    });

    it("have the scope before them, or the company's own prefixes in their stead", () => {
        assert.deepEqual(idPrefixes({ scope: "solar", sep }), [
            "solar-airflow-variables-",
            "solar-airflow-connections-",
        ]);
        assert.deepEqual(idPrefixes({ variablesPrefix: "vars", connectionsPrefix: "conns", sep: "_" }), [
            "vars_",
            "conns_",
        ]);
    });

    it("refuse a key that Google cannot store, with the reason", () => {
        assert.throws(
            () => gcpSecretId({ sep }, "variables", "my.key"),
            /"my\.key" cannot be a key .*letters, digits, "_" and "-" only/,
        );
        assert.throws(() => gcpSecretId({ sep }, "variables", ""), /cannot be a key/);
        assert.throws(() => gcpSecretId({ sep }, "connections", "a".repeat(240)), /260 characters.* 255 at most/);
        assert.equal(gcpSecretId({ sep }, "connections", "a".repeat(235)).length, 255);
    });
});

describe("gcpCondition", () => {
    const number = "123456789012";
    const allows = (expression: string, id: string, type = "SecretVersion"): boolean =>
        evaluate(expression, {
            resource: {
                type: `secretmanager.googleapis.com/${type}`,
                name: `projects/${number}/secrets/${id}/versions/latest`,
                service: "secretmanager.googleapis.com",
            },
        }) === true;

    it("names the type, the project by its number, and the two prefixes", () => {
        assert.equal(
            gcpCondition({ scope: "solar", sep }, number),
            'resource.type == "secretmanager.googleapis.com/SecretVersion" && ' +
                '(resource.name.startsWith("projects/123456789012/secrets/solar-airflow-variables-") || ' +
                'resource.name.startsWith("projects/123456789012/secrets/solar-airflow-connections-"))',
        );
    });

    it("holds for the Deployment's own secrets and for no other's", () => {
        const segment = fc.stringMatching(/^[A-Za-z0-9_-]{1,20}$/);
        fc.assert(
            fc.property(segment, segment, segment, (scope, other, key) => {
                const condition = gcpCondition({ scope, sep }, number);
                assert.equal(allows(condition, gcpSecretId({ scope, sep }, "variables", key)), true);
                assert.equal(allows(condition, gcpSecretId({ scope, sep }, "connections", key)), true);
                const [variables, connections] = idPrefixes({ scope, sep });
                const foreign = gcpSecretId({ scope: other, sep }, "variables", key);
                assert.equal(
                    allows(condition, foreign),
                    foreign.startsWith(variables) || foreign.startsWith(connections),
                );
            }),
        );
        assert.equal(allows(gcpCondition({ sep }, number), "airflow-variables-a", "Secret"), false);
    });

    it("stays below Google's limits for a condition", () => {
        const longest = "a".repeat(150);
        const expression = gcpCondition({ variablesPrefix: longest, connectionsPrefix: longest, sep }, number);
        assert.ok(expression.length < 1000, `${expression.length} characters`);
        assert.ok((expression.match(/&&|\|\|/g) ?? []).length <= 12);
    });
});

describe("gcpKwargs", () => {
    it("has the prefixes, the project and the key as an object", () => {
        const key = { type: "service_account", private_key: "-----BEGIN PRIVATE KEY-----\nabc\n" };
        assert.deepEqual(gcpKwargs({ scope: "solar", sep }, "my-project", key), {
            connections_prefix: "solar-airflow-connections",
            variables_prefix: "solar-airflow-variables",
            config_prefix: null,
            sep: "-",
            project_id: "my-project",
            gcp_keyfile_dict: key,
        });
    });
});
