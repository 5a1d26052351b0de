import * as assert from "node:assert/strict";
import { assertProblem, minimal, problemsIn, target, workload } from "../stack/fixtures";

const NAME = "solar-dust-1234";
const AT = `deployments[0] (${NAME})`;
const LABEL = /^Allowed: .*\(a DNS label\)\. Write /;

describe("a config error", () => {
    it("lists the allowed kinds", () => {
        const kinds =
            "Allowed: vault, aws-secrets-manager, aws-parameter-store, gcp-secret-manager or azure-key-vault. Write e.g. kind: vault.";
        const wrong = { ...minimal(NAME), backend: { kind: "aws-secret-manager", region: "eu-west-1" } };
        assertProblem([wrong], `${AT}.backend.kind`, '"aws-secret-manager"', kinds);
        const none = { ...minimal(NAME), backend: {} };
        assertProblem([none], `${AT}.backend.kind`, "nothing", kinds);
        const bare = { ...minimal(NAME), target: "kubernetes" };
        const rest =
            "Allowed: a mapping whose kind is astronomer or kubernetes. " +
            "Write e.g. { kind: astronomer, houstonUrl: https://houston.example.com/v1 }.";
        assertProblem([bare], `${AT}.target`, '"kubernetes"', rest);
        const helm = { ...minimal(NAME), target: target(NAME, { kind: "helm" }) };
        const targets = "Allowed: astronomer or kubernetes. Write e.g. kind: astronomer.";
        assertProblem([helm], `${AT}.target.kind`, '"helm"', targets);
    });

    it("requires a DNS label as name, and leaves an invalid name out of the path", () => {
        const tooLong = "a".repeat(64);
        for (const name of ["", "Solar", "-a", "a-", "a.b", "a_b", "a\n", tooLong]) {
            const what = name === tooLong ? `"${"a".repeat(60)}…"` : JSON.stringify(name);
            assertProblem([{ ...minimal(NAME), name }], "deployments[0].name", what, LABEL);
        }
        assertProblem([{ ...minimal(NAME), name: undefined }], "deployments[0].name", "nothing", LABEL);
        const longest = minimal("a".repeat(63), {}, { target: target("x") });
        assert.deepEqual(problemsIn([longest, minimal("0")]), []);
    });

    it("checks the target", () => {
        const inTarget = (more: Record<string, unknown>) => [minimal(NAME, {}, { target: target(NAME, more) })];
        const inWorkload = (more: Record<string, unknown>) =>
            inTarget({ workloads: [workload(), workload({ name: "x", ...more })] });
        assertProblem(inTarget({ namespace: "a.b" }), `${AT}.target.namespace`, '"a.b"', LABEL);
        assertProblem(inTarget({ workloads: [] }), `${AT}.target.workloads`, "an empty list", /at least one workload/);
        assertProblem(inTarget({ force: 1 }), `${AT}.target.force`, "1", /^Allowed: true or false\. Write true /);
        assertProblem(
            inTarget({ waitForRollout: null }),
            `${AT}.target.waitForRollout`,
            "null (a key without a value)",
            /false/,
        );
        const second = `${AT}.target.workloads[1]`;
        assertProblem(
            inWorkload({ kind: "DaemonSet" }),
            `${second}.kind`,
            '"DaemonSet"',
            /^Allowed: Deployment or Stateful/,
        );
        assertProblem(inWorkload({ name: "a..b" }), `${second}.name`, '"a..b"', /at most 253 characters\. Write /);
        assertProblem(inWorkload({ name: "a".repeat(254) }), `${second}.name`, `"${"a".repeat(60)}…"`, /253/);
        assertProblem(
            inWorkload({ containers: [] }),
            `${second}.containers`,
            "an empty list",
            /at least one container/,
        );
        assertProblem(inWorkload({ containers: ["a", "B"] }), `${second}.containers[1]`, '"B"', LABEL);
        const first = `${second}.containers[0]`;
        const rest = "Allowed: each container of a workload once. Keep one of the two.";
        assertProblem(
            inWorkload({ containers: ["a", "b", "a"] }),
            `${second}.containers[2]`,
            `"a", the same as ${first}`,
            rest,
        );
    });

    it("converts nothing between string and number, and hints at the quotes", () => {
        const hint = / Write it without quotes\.$/;
        assertProblem([minimal(NAME, { kvVersion: "2" })], `${AT}.backend.kvVersion`, '"2"', hint);
        assertProblem([minimal(NAME, { tokenTtl: "600" })], `${AT}.backend.tokenTtl`, '"600"', hint);
        assertProblem([minimal(NAME, {}, { testSecrets: "true" })], `${AT}.testSecrets`, '"true"', hint);
        assertProblem([minimal(NAME, {}, { shareSecrets: "yes" })], `${AT}.shareSecrets`, '"yes"', /for false\.$/);
        const number = / This is a number: put it in quotes\.$/;
        assertProblem([minimal(NAME, { scope: 1234 })], `${AT}.backend.scope`, "1234", number);
        const on = / This is a boolean: put it in quotes\.$/;
        assertProblem([{ ...minimal(NAME), name: true }], "deployments[0].name", "true", on);
    });

    it("hints at the quotes only if the value is then allowed", () => {
        assertProblem([minimal(NAME, { address: 8200 })], `${AT}.backend.address`, "8200", /itself\.$/);
        assertProblem([minimal(NAME, { tokenTtl: "0" })], `${AT}.backend.tokenTtl`, '"0"', /for 1200\.$/);
        assertProblem([minimal(NAME, { kvVersion: "3" })], `${AT}.backend.kvVersion`, '"3"', /for 2\.$/);
    });

    it("names an unknown key, the allowed ones and the most similar one, but not its value", () => {
        const keys =
            "kind, address, caFile, mount, kvVersion, scope, variablesPrefix, connectionsPrefix, only, configPrefix, " +
            "namespace, login, authMount, audience, tokenTtl, secretIdTtl, boundCidrs";
        const near = [
            ["mout", "mount"],
            ["kv_version", "kvVersion"],
            ["tokenTTL", "tokenTtl"],
            ["adress", "address"],
            ["scpoe", "scope"],
        ];
        for (const [key, suggestion] of near) {
            const found = [minimal(NAME, { [key!]: "s3cret" })];
            assertProblem(
                found,
                `${AT}.backend.${key!}`,
                "an unknown key",
                `Allowed: ${keys}. Did you mean ${suggestion!}?`,
            );
        }
        // Not "generation", which is no longer allowed.
        for (const key of ["token", "vaultPassword", "generations", "x"]) {
            const found = [minimal(NAME, { [key]: "s3cret" })];
            assertProblem(found, `${AT}.backend.${key}`, "an unknown key", `Allowed: ${keys}. Remove it.`);
        }
        const extra = JSON.parse('{"__proto__": 1, "constructor": 1, "a b\\n": 1}') as object;
        const paths = problemsIn([minimal(NAME, {}, { target: { ...target(NAME), ...extra } })]);
        assert.deepEqual(
            paths.map((line) => line.slice(0, line.indexOf(". Allowed"))),
            [".__proto__", ".constructor", '["a b\\n"]'].map((key) => `${AT}.target${key}: found an unknown key`),
        );
    });

    it("never prints a password or a token that was pasted into an address", () => {
        for (const address of [
            "https://root:hunter2@vault.example.com",
            "https://root:hunt@er2/x@vault.example.com",
            "https://vault.example.com/?token=hunter2",
            "https://vault.example.com/#hunter2",
            "root:hunter2@vault.example.com",
            "ftp://root:er2\nhunter2@vault.example.com",
        ]) {
            const [line, ...others] = problemsIn([minimal(NAME, { address })]);
            assert.deepEqual(others, []);
            assert.match(line!, /vault\.example\.com/);
            assert.doesNotMatch(line!, /hunt|er2/);
        }
    });

    it("is always on one line", () => {
        const hostile = "a\r\n\u001b[2J\u0085\u2028\u202e\ud800\u{e0001}";
        for (const line of problemsIn([minimal(NAME, { mount: hostile, [hostile]: 1 }), hostile, { [hostile]: 1 }])) {
            assert.doesNotMatch(line, /[\p{C}\p{Zl}\p{Zp}]/u);
        }
        assertProblem([minimal(NAME, { scope: "é\u001b" })], `${AT}.backend.scope`, '"é\\u001b"', /^Allowed/);
    });

    it("requires a list of mappings", () => {
        for (const [found, what] of [
            [undefined, "nothing"],
            ["x", '"x"'],
            [{}, "a mapping"],
            [null, "null (a key without a value)"],
        ]) {
            assertProblem(
                found,
                "deployments",
                what as string,
                'Allowed: a list of Deployments. Begin each with "- name: ".',
            );
        }
        assertProblem(
            ["x"],
            "deployments[0]",
            '"x"',
            /^Allowed: a mapping with the keys name, backend, target, rotation, /,
        );
    });

    it("is reported with all others, ordered by Deployment", () => {
        const broken = [
            minimal("a", { scope: undefined, tokenTtl: 0, adress: 1 }),
            { ...minimal("b"), name: "B", target: undefined },
            { ...minimal("a", { scope: undefined, address: "x" }), target: target("a", { force: "no" }) },
            null,
        ];
        const paths = problemsIn(broken).map((line) => line.slice(0, line.indexOf(":")));
        assert.deepEqual(paths, [
            "deployments[0] (a).backend.tokenTtl",
            "deployments[0] (a).backend.adress",
            "deployments[1].name",
            "deployments[1].target",
            "deployments[2] (a).backend.address",
            "deployments[2] (a).target.force",
            "deployments[2] (a).name",
            "deployments[2] (a).target.workloads[0]",
            "deployments[2] (a).backend",
            "deployments[3]",
        ]);
    });
});
