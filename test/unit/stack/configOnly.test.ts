import assert from "node:assert/strict";
import { backendKinds } from "../../../stack/kinds";
import { assertProblem, minimal, problemsIn } from "./fixtures";

/** The required keys of each kind, and a prefix that it allows. */
const backends: Readonly<Record<string, { readonly keys: object; readonly prefix: string }>> = {
    vault: { keys: { address: "https://vault.example.com" }, prefix: "a" },
    "aws-secrets-manager": { keys: { region: "eu-central-1" }, prefix: "a" },
    "aws-parameter-store": { keys: { region: "eu-central-1" }, prefix: "/a" },
    "gcp-secret-manager": { keys: { project: "my-project" }, prefix: "a" },
    "azure-key-vault": { keys: { resourceGroup: "group", vaultName: "my-vault" }, prefix: "a" },
};

const withoutEffect = "Allowed: no such key if only is another kind. Remove one of the two.";

describe("the key only", () => {
    for (const { kind, lifecycle } of backendKinds) {
        const { keys, prefix } = backends[kind]!;
        const deployment = (name: string, more: object) => ({
            ...minimal(name, {}),
            backend: { kind, ...keys, ...more },
        });
        const at = "deployments[0] (solar).backend";

        it(`of ${kind} is connections or variables`, () => {
            for (const only of ["connections", "variables"]) {
                assert.deepEqual(problemsIn([deployment("solar", { only })]), []);
            }
            const rest = /^Allowed: connections or variables\. Write what Airflow looks up in the backend, or leave /;
            assertProblem([deployment("solar", { only: "both" })], `${at}.only`, '"both"', rest);
        });

        it(`of ${kind} makes another identity and another place`, () => {
            const { identityKeys, placeKeys } = lifecycle;
            assert.ok([identityKeys, placeKeys].every((each: readonly string[]) => each.includes("only")));
        });

        it(`of ${kind} does not go with a prefix of what Airflow does not look up`, () => {
            for (const [only, other] of [
                ["variables", "connections"],
                ["connections", "variables"],
            ] as const) {
                assert.deepEqual(problemsIn([deployment("solar", { only, [`${only}Prefix`]: prefix })]), []);
                const key = `${other}Prefix`;
                const found = [deployment("solar", { only, [key]: prefix })];
                assertProblem(found, `${at}.${key}`, JSON.stringify(prefix), withoutEffect);
            }
        });

        it(`of ${kind} limits what overlaps${kind === "azure-key-vault" ? ", but a grant is for the whole vault" : ""}`, () => {
            const connections = deployment("solar", { scope: "a", only: "connections" });
            const variables = deployment("lunar", { scope: "a", only: "variables" });
            const both = deployment("lunar", { scope: "a" });
            assert.equal(problemsIn([connections, both]).length, 1);
            assert.equal(problemsIn([connections, variables]).length, kind === "azure-key-vault" ? 1 : 0);
        });
    }

    it("does not go with AWS's other keys about what Airflow does not look up", () => {
        const problems = (more: object) =>
            problemsIn([
                {
                    ...minimal("solar", {}),
                    backend: { kind: "aws-secrets-manager", region: "eu-central-1", ...more },
                },
            ]);
        const connections = { connectionsLookupPattern: "^db", extraConnWords: { user: ["db_user"] } };
        assert.deepEqual(problems({ only: "connections", ...connections }), []);
        const found = problems({ only: "variables", ...connections });
        assert.equal(found.length, 2);
        assert.ok(found.every((line) => line.endsWith(withoutEffect)));
        assert.match(
            problems({ only: "connections", variablesLookupPattern: "^prod" }).join(),
            /backend\.variablesLookupPattern: found /,
        );
    });
});
