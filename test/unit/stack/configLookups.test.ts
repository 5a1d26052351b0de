import assert from "node:assert/strict";
import { backendKinds } from "../../../stack/kinds";
import { minimal, problemsIn } from "./fixtures";

/** A valid backend of each kind, with a place of Airflow's own configuration that is below another Deployment's scope. */
const backends: Readonly<Record<string, Readonly<Record<string, string>>>> = {
    vault: { address: "https://vault.example.com", configPrefix: "lunar/variables/config" },
    "aws-secrets-manager": { region: "eu-central-1", configPrefix: "airflow/lunar/variables/config" },
    "aws-parameter-store": { region: "eu-central-1", configPrefix: "/airflow/lunar/variables/config" },
    "gcp-secret-manager": { project: "my-project", configPrefix: "lunar-airflow-variables-config" },
    "azure-key-vault": { resourceGroup: "group", vaultName: "vault-solar", configPrefix: "airflow-config" },
};

describe("a place of Airflow's own configuration", () => {
    for (const { kind, lifecycle } of backendKinds) {
        const { configPrefix, ...others } = backends[kind]!;
        const deployment = (name: string, more: object) => ({
            ...minimal(name, {}),
            backend: { kind, scope: name, ...others, ...more },
        });
        const other = deployment("lunar", kind === "azure-key-vault" ? { vaultName: "vault-lunar" } : {});

        it(`is a key of ${kind}, and counts as what the Deployment may read`, () => {
            assert.deepEqual(problemsIn([deployment("solar", {}), other]), []);
            const problems = problemsIn([deployment("solar", { configPrefix }), other]);
            // A grant in Azure is for the whole vault.
            assert.equal(problems.length, kind === "azure-key-vault" ? 0 : 1, problems.join("\n"));
            assert.equal(lifecycle.identityKeys.includes("configPrefix"), kind !== "azure-key-vault");
            assert.match(
                problemsIn([deployment("solar", { configPrefix: "" }), other]).join(),
                /backend\.configPrefix: /,
            );
        });
    }
});
