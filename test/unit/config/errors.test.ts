import * as assert from "node:assert/strict";
import { assertMistake, minimal, mistakesIn, target, workload } from "../stack/fixtures";

const NAME = "solar-dust-1234";
const AT = `deployments[0] (${NAME})`;
const LABEL = /^Allowed: .*\(a DNS label\)\. Write /;

describe("an error of the config", () => {
    it("says which kinds there are", () => {
        const kinds =
            "Allowed: vault, aws-secrets-manager, aws-parameter-store, gcp-secret-manager or azure-key-vault. Write e.g. kind: vault.";
        const wrong = { ...minimal(NAME), backend: { kind: "aws-secret-manager", region: "eu-west-1" } };
        assertMistake([wrong], `${AT}.backend.kind`, '"aws-secret-manager"', kinds);
        const none = { ...minimal(NAME), backend: {} };
        assertMistake([none], `${AT}.backend.kind`, "nothing", kinds);
        const bare = { ...minimal(NAME), target: "kubernetes" };
        const rest =
            "Allowed: a mapping whose kind is astronomer or kubernetes. " +
            "Write e.g. { kind: astronomer, houstonUrl: https://houston.example.com/v1 }.";
        assertMistake([bare], `${AT}.target`, '"kubernetes"', rest);
        const helm = { ...minimal(NAME), target: target(NAME, { kind: "helm" }) };
        const targets = "Allowed: astronomer or kubernetes. Write e.g. kind: astronomer.";
        assertMistake([helm], `${AT}.target.kind`, '"helm"', targets);
    });

    it("wants a DNS label for a name, and leaves one that is none out of the place", () => {
        const tooLong = "a".repeat(64);
        for (const name of ["", "Solar", "-a", "a-", "a.b", "a_b", "a\n", tooLong]) {
            const what = name === tooLong ? `"${"a".repeat(60)}…"` : JSON.stringify(name);
            assertMistake([{ ...minimal(NAME), name }], "deployments[0].name", what, LABEL);
        }
        assertMistake([{ ...minimal(NAME), name: undefined }], "deployments[0].name", "nothing", LABEL);
        const longest = minimal("a".repeat(63), {}, { target: target("x") });
        assert.deepEqual(mistakesIn([longest, minimal("0")]), []);
    });

    it("judges the target", () => {
        const inTarget = (more: Record<string, unknown>) => [minimal(NAME, {}, { target: target(NAME, more) })];
        const inWorkload = (more: Record<string, unknown>) =>
            inTarget({ workloads: [workload(), workload({ name: "x", ...more })] });
        assertMistake(inTarget({ namespace: "a.b" }), `${AT}.target.namespace`, '"a.b"', LABEL);
        assertMistake(inTarget({ workloads: [] }), `${AT}.target.workloads`, "an empty list", /at least one workload/);
        assertMistake(inTarget({ force: 1 }), `${AT}.target.force`, "1", /^Allowed: true or false\. Write true /);
        assertMistake(
            inTarget({ waitForRollout: null }),
            `${AT}.target.waitForRollout`,
            "null (a key without a value)",
            /false/,
        );
        const second = `${AT}.target.workloads[1]`;
        assertMistake(
            inWorkload({ kind: "DaemonSet" }),
            `${second}.kind`,
            '"DaemonSet"',
            /^Allowed: Deployment or Stateful/,
        );
        assertMistake(inWorkload({ name: "a..b" }), `${second}.name`, '"a..b"', /at most 253 characters\. Write /);
        assertMistake(inWorkload({ name: "a".repeat(254) }), `${second}.name`, `"${"a".repeat(60)}…"`, /253/);
        assertMistake(
            inWorkload({ containers: [] }),
            `${second}.containers`,
            "an empty list",
            /at least one container/,
        );
        assertMistake(inWorkload({ containers: ["a", "B"] }), `${second}.containers[1]`, '"B"', LABEL);
        const first = `${second}.containers[0]`;
        const rest = "Allowed: each container of a workload once. Keep one of the two.";
        assertMistake(
            inWorkload({ containers: ["a", "b", "a"] }),
            `${second}.containers[2]`,
            `"a", which ${first} is too`,
            rest,
        );
    });

    it("turns nothing from text into a number or back, and says what the quotes do", () => {
        const hint = / Write it without quotes\.$/;
        assertMistake([minimal(NAME, { kvVersion: "2" })], `${AT}.backend.kvVersion`, '"2"', hint);
        assertMistake([minimal(NAME, { tokenTtl: "600" })], `${AT}.backend.tokenTtl`, '"600"', hint);
        assertMistake([minimal(NAME, {}, { testSecrets: "true" })], `${AT}.testSecrets`, '"true"', hint);
        assertMistake([minimal(NAME, {}, { shareSecrets: "yes" })], `${AT}.shareSecrets`, '"yes"', /for false\.$/);
        const number = / As it is, this is a number: put it in quotes\.$/;
        assertMistake([minimal(NAME, { scope: 1234 })], `${AT}.backend.scope`, "1234", number);
        const on = / As it is, this is a boolean: put it in quotes\.$/;
        assertMistake([{ ...minimal(NAME), name: true }], "deployments[0].name", "true", on);
    });

    it("names an unknown key, the known ones and the nearest, but not its value", () => {
        const keys =
            "kind, address, mount, kvVersion, scope, namespace, approleMount, tokenTtl, secretIdTtl, secretIdBoundCidrs, generation";
        const near = [
            ["mout", "mount"],
            ["kv_version", "kvVersion"],
            ["tokenTTL", "tokenTtl"],
            ["adress", "address"],
            ["scpoe", "scope"],
        ];
        for (const [key, meant] of near) {
            const found = [minimal(NAME, { [key!]: "s3cret" })];
            assertMistake(
                found,
                `${AT}.backend.${key!}`,
                "an unknown key",
                `Allowed: ${keys}. Did you mean ${meant!}?`,
            );
        }
        for (const key of ["token", "vaultPassword", "x"]) {
            const found = [minimal(NAME, { [key]: "s3cret" })];
            assertMistake(found, `${AT}.backend.${key}`, "an unknown key", `Allowed: ${keys}. Remove it.`);
        }
        const odd = JSON.parse('{"__proto__": 1, "constructor": 1, "a b\\n": 1}') as object;
        const places = mistakesIn([minimal(NAME, {}, { target: { ...target(NAME), ...odd } })]);
        assert.deepEqual(
            places.map((line) => line.slice(0, line.indexOf(". Allowed"))),
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
            const [line, ...others] = mistakesIn([minimal(NAME, { address })]);
            assert.deepEqual(others, []);
            assert.match(line!, /vault\.example\.com/);
            assert.doesNotMatch(line!, /hunt|er2/);
        }
    });

    it("stays on one line, whatever the value", () => {
        const hostile = "a\r\n\u001b[2J\u0085\u2028\u202e\ud800\u{e0001}";
        for (const line of mistakesIn([minimal(NAME, { mount: hostile, [hostile]: 1 }), hostile, { [hostile]: 1 }])) {
            assert.doesNotMatch(line, /[\p{C}\p{Zl}\p{Zp}]/u);
        }
        assertMistake([minimal(NAME, { scope: "é\u001b" })], `${AT}.backend.scope`, '"é\\u001b"', /^Allowed/);
    });

    it("wants a list of mappings", () => {
        for (const [found, what] of [
            [undefined, "nothing"],
            ["x", '"x"'],
            [{}, "a mapping"],
            [null, "null (a key without a value)"],
        ]) {
            assertMistake(
                found,
                "deployments",
                what as string,
                'Allowed: a list of Deployments. Begin each with "- name: ".',
            );
        }
        assertMistake(["x"], "deployments[0]", '"x"', /^Allowed: a mapping with the keys name, backend, target, /);
    });

    it("comes with all others, Deployment by Deployment", () => {
        const broken = [
            minimal("a", { scope: undefined, tokenTtl: 0, adress: 1 }),
            { ...minimal("b"), name: "B", target: undefined },
            { ...minimal("a", { scope: undefined, address: "x" }), target: target("a", { force: "no" }) },
            null,
        ];
        const places = mistakesIn(broken).map((line) => line.slice(0, line.indexOf(":")));
        assert.deepEqual(places, [
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
