import * as assert from "node:assert/strict";
import { evaluate } from "@marcbachmann/cel-js";
import * as fc from "fast-check";
import { gcpCondition, gcpKwargs, gcpSecretId } from "../../../../components/gcp/airflow";
import { flatPrefixes, namePrefixes, type SeparatedScope } from "../../../../airflow/scope";

const sep = "-";
/** Each kind, and the other one. */
const kinds = [
    ["variables", "connections"],
    ["connections", "variables"],
] as const;
const idPrefixes = (scope: SeparatedScope) => namePrefixes(flatPrefixes(scope));

describe("the secret ids of a scope in Google Cloud", () => {
    it("are those of Astronomer's guide without a scope", () => {
        assert.deepEqual(idPrefixes({ sep }), ["airflow-variables-", "airflow-connections-"]);
        assert.equal(gcpSecretId({ sep }, "variables", "my_key"), "airflow-variables-my_key");
    });

    it("begin with the scope, or with configured prefixes instead", () => {
        assert.deepEqual(idPrefixes({ scope: "solar", sep }), [
            "solar-airflow-variables-",
            "solar-airflow-connections-",
        ]);
        assert.deepEqual(idPrefixes({ variablesPrefix: "vars", connectionsPrefix: "conns", sep: "_" }), [
            "vars_",
            "conns_",
        ]);
    });

    it("are refused with the reason for a key that Google Cloud does not allow", () => {
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

    it("contains the type, the project's number and the two prefixes", () => {
        assert.equal(
            gcpCondition({ scope: "solar", sep }, number),
            'resource.type == "secretmanager.googleapis.com/SecretVersion" && ' +
                '(resource.name.startsWith("projects/123456789012/secrets/solar-airflow-variables-") || ' +
                'resource.name.startsWith("projects/123456789012/secrets/solar-airflow-connections-"))',
        );
    });

    it("is true for the Deployment's own secrets and for no other secrets", () => {
        const segment = fc.stringMatching(/^[A-Za-z0-9_-]{1,20}$/);
        fc.assert(
            fc.property(segment, segment, segment, (scope, other, key) => {
                const condition = gcpCondition({ scope, sep }, number);
                assert.equal(allows(condition, gcpSecretId({ scope, sep }, "variables", key)), true);
                assert.equal(allows(condition, gcpSecretId({ scope, sep }, "connections", key)), true);
                const foreign = gcpSecretId({ scope: other, sep }, "variables", key);
                const isOwn = idPrefixes({ scope, sep }).some((prefix) => foreign.startsWith(prefix));
                assert.equal(allows(condition, foreign), isOwn);
            }),
        );
        assert.equal(allows(gcpCondition({ sep }, number), "airflow-variables-a", "Secret"), false);
        const withConfig = gcpCondition({ sep, configPrefix: "airflow-config" }, number);
        assert.equal(allows(withConfig, "airflow-config-a"), true);
        assert.equal(allows(gcpCondition({ sep }, number), "airflow-config-a"), false);
    });

    it("is true only for what Airflow looks up", () => {
        for (const [only, other] of kinds) {
            const condition = gcpCondition({ scope: "solar", sep, only }, number);
            assert.equal(allows(condition, gcpSecretId({ scope: "solar", sep }, only, "a")), true);
            assert.equal(allows(condition, gcpSecretId({ scope: "solar", sep }, other, "a")), false);
        }
    });

    it("stays below Google Cloud's limits for a condition", () => {
        const longest = "a".repeat(150);
        const prefixes = { variablesPrefix: longest, connectionsPrefix: longest, configPrefix: longest };
        const expression = gcpCondition({ ...prefixes, sep }, number);
        assert.ok(expression.length < 1000, `${expression.length} characters`);
        assert.ok((expression.match(/&&|\|\|/g) ?? []).length <= 12);
    });
});

describe("gcpKwargs", () => {
    it("has the prefixes, the project and the key as an object", () => {
        const key = { type: "service_account", private_key: "-----BEGIN PRIVATE KEY-----\nabc\n" };
        assert.deepEqual(gcpKwargs({ scope: "solar", sep }, "my-project", { gcp_keyfile_dict: key }), {
            connections_prefix: "solar-airflow-connections",
            variables_prefix: "solar-airflow-variables",
            config_prefix: null,
            sep: "-",
            project_id: "my-project",
            gcp_keyfile_dict: key,
        });
        assert.equal(
            gcpKwargs({ configPrefix: "airflow-config", sep }, "my-project", {}).config_prefix,
            "airflow-config",
        );
    });

    it("has no prefix for what Airflow does not look up", () => {
        for (const [only, other] of kinds) {
            const kwargs = gcpKwargs({ only, sep }, "my-project", {});
            assert.equal(kwargs[`${only}_prefix`], `airflow-${only}`);
            assert.equal(kwargs[`${other}_prefix`], null);
        }
    });
});
