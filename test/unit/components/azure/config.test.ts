import * as assert from "node:assert/strict";
import { assertProblem, problemsIn, parseDeployments, target } from "../../stack/fixtures";

const NAME = "solar-dust-1234";
const AT = `deployments[0] (${NAME})`;

type Json = Record<string, unknown>;

function minimal(backend: Json = {}, name = NAME, rest: Json = {}): Json {
    const all = {
        name,
        backend: { kind: "azure-key-vault", resourceGroup: "group", vaultName: "my-vault", ...backend },
        target: target(name),
        ...rest,
    };
    return JSON.parse(JSON.stringify(all)) as Json;
}

const cases: [key: string, values: unknown[], rest: RegExp][] = [
    ["resourceGroup", ["", "a b", "group.", "ä", "a".repeat(91)], /^Allowed: the name of a resource group: /],
    [
        "vaultName",
        ["", "ab", "1vault", "my--vault", "vault-", "a".repeat(25), "https://my-vault.vault.azure.net", "my_vault"],
        /^Allowed: the name of a Key Vault: 3 to 24 .*Write the name, not the URL/,
    ],
    ["createVault", ["yes"], /^Allowed: true or false\./],
    ["authorization", ["policy", ""], /^Allowed: access-policy or rbac\./],
    ["scope", ["", "a_b", "a.b", "a-", "a".repeat(81)], /^Allowed: at most 80 letters, digits and "-"/],
    ["variablesPrefix", ["airflow_variables", "vars-"], /^Allowed: at most 80 .* for airflow-variables\.$/],
    ["connectionsPrefix", ["a/b"], /^Allowed: at most 80 .* for airflow-connections\.$/],
    [
        "sep",
        ["/", "", "_", "--"],
        /^Allowed: -\. Leave sep out\. Several versions of Airflow's provider find no secret/,
    ],
    ["purgeProtection", ["yes"], /^Allowed: true or false\./],
    ["login", ["keyless", ""], /^Allowed: client-secret or workload-identity\./],
    ["credentialIn", ["env", ""], /^Allowed: kwargs or environment\. Write environment to have .* every DAG uses it/],
    ["clientSecretDays", [0, 731], /^Allowed: whole days from 1 to 730\./],
    ["generation", [1, 2], /^Allowed: no such key: the stack replaces each credential by itself, .*\. Remove it\.$/],
];

describe("a problem in a backend of kind azure-key-vault", () => {
    for (const [key, values, rest] of cases) {
        it(`is reported with path, value and rule: ${key}`, () => {
            for (const value of values) {
                const shown = String(value).length > 60 ? `"${String(value).slice(0, 60)}…"` : JSON.stringify(value);
                assertProblem([minimal({ [key]: value })], `${AT}.backend.${key}`, shown, rest);
            }
        });
    }

    it("is reported for a vault that is neither named nor created", () => {
        assertProblem(
            [minimal({ vaultName: undefined })],
            `${AT}.backend.vaultName`,
            "nothing",
            /^Allowed: the name of a Key Vault\. Write the name of an existing vault, or createVault: true/,
        );
    });

    it("is reported for the purge protection of a vault that the stack does not create", () => {
        assertProblem(
            [minimal({ purgeProtection: true })],
            `${AT}.backend.purgeProtection`,
            "true",
            /^Allowed: false for a vault that the stack does not create\. Leave the key out/,
        );
        assert.deepEqual(problemsIn([minimal({ purgeProtection: true, createVault: true })]), []);
    });

    it("is reported for purge protection in a stack that expires", () => {
        assert.throws(
            () => parseDeployments([minimal({ purgeProtection: true, createVault: true })], true),
            /purgeProtection: found true in a stack that expires\. Allowed: false in a test stack/,
        );
    });

    it("is reported for a workload identity without the issuer, or with keys about a client secret", () => {
        const keyless = { login: "workload-identity", issuer: "https://issuer.example.com" };
        const podsOf = { target: { ...target(NAME), serviceAccounts: ["worker"] } };
        const problems = (more: Json, rest: Json = podsOf) =>
            problemsIn([minimal({ ...keyless, ...more }, NAME, rest)]);
        assert.deepEqual(problems({}), []);
        assert.match(
            problems({ issuer: undefined }).join(),
            /backend\.issuer: found nothing\. Allowed: the issuer of the/,
        );
        for (const issuer of ["http://issuer.example.com", "issuer.example.com", "https://issuer.example.com/?a"]) {
            assert.match(
                problems({ issuer }).join(),
                /Allowed: the https URL of the issuer .* a slash at its end matters/,
            );
        }
        for (const more of [{ credentialIn: "kwargs" }, { clientSecretDays: 90 }]) {
            const [key = ""] = Object.keys(more);
            assert.match(problems(more).join(), new RegExp(`backend\\.${key}: found .* there is no client secret`));
        }
        assert.match(
            problems({ login: "client-secret" }, {}).join(),
            /issuer: found .* no such key if login is client-secret/,
        );
    });

    it("is reported for more service accounts than an app can trust", () => {
        const accounts = (length: number) => Array.from({ length }, (_, index) => `worker-${index}`);
        const problems = (length: number) =>
            problemsIn([
                minimal({ login: "workload-identity", issuer: "https://issuer.example.com" }, NAME, {
                    target: { ...target(NAME), serviceAccounts: accounts(length) },
                }),
            ]);
        assert.deepEqual(problems(20), []);
        assert.match(
            problems(21).join(),
            /target\.serviceAccounts: found 21 service accounts\. Allowed: at most 20 with a backend of kind azure-key-vault/,
        );
    });

    it("is reported for a prefix together with a scope", () => {
        const found = problemsIn([minimal({ scope: "a", variablesPrefix: "b" })]);
        assert.match(found.join(), /variablesPrefix: found "b"\. Allowed: no prefix if scope is set/);
    });
});

describe("a backend of kind azure-key-vault", () => {
    it("has defaults for all keys but the resource group and the vault", () => {
        const [{ backend } = assert.fail()] = parseDeployments([minimal()]);
        assert.deepEqual(backend, {
            kind: "azure-key-vault",
            resourceGroup: "group",
            vaultName: "my-vault",
            createVault: false,
            purgeProtection: false,
            sep: "-",
            login: "client-secret",
        });
    });

    it("does not need a name for a vault that is created", () => {
        assert.deepEqual(problemsIn([minimal({ vaultName: undefined, createVault: true })]), []);
    });

    it("must have its own vault: two in one vault could read each other's secrets, whatever their scopes", () => {
        const found = problemsIn([
            minimal({ scope: "one" }),
            minimal({ scope: "two", vaultName: "My-Vault" }, "lunar"),
        ]);
        assert.equal(found.length, 1);
        assert.match(
            found[0] ?? "",
            /found the prefix "https:\/\/my-vault\.vault\.azure\.net\/", which .* also has: each could read the other's secrets\. .*Give one of them a vault of its own\.$/,
        );
    });

    it("may share a vault if all of them set shareSecrets", () => {
        const share = { shareSecrets: true };
        assert.deepEqual(problemsIn([minimal({}, NAME, share), minimal({}, "lunar", share)]), []);
        assert.equal(problemsIn([minimal({}, NAME, share), minimal({}, "lunar")]).length, 1);
    });

    it("never overlaps with a backend whose vault has a generated name", () => {
        const own = { vaultName: undefined, createVault: true };
        assert.deepEqual(problemsIn([minimal(own), minimal(own, "lunar"), minimal({}, "amber")]), []);
    });
});
