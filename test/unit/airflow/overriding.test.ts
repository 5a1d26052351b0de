import assert from "node:assert/strict";
import { overridingVariable } from "../../../airflow/overriding";
import { azureKeyVaultKind } from "../../../components/azure/kind";
import { backendKinds } from "../../../stack/kinds";

/** Returns whether the variable overrides what a Deployment gets. A credential is in env vars, where the kind has that. */
function isOverriding(kind: string, variable: string, value?: string): boolean {
    const { overriddenBy, envNames } = backendKinds.find((each) => each.kind === kind)!;
    return overridingVariable(overriddenBy(envNames({ credentialIn: "environment" })), variable, value) !== undefined;
}

/** Returns whether the variable overrides what a Deployment in Azure with that config gets. */
function isOverridingAzure(backend: object, variable: string, value?: string): boolean {
    const { overriddenBy, envNames } = azureKeyVaultKind;
    return overridingVariable(overriddenBy(envNames({ ...backend })), variable, value) !== undefined;
}

const kinds = backendKinds.map(({ kind }) => kind);
const aws = ["aws-secrets-manager", "aws-parameter-store"];

describe("what overrides a Deployment's env vars", () => {
    it("is, for each kind of backend, a single kwarg and the backend of workers", () => {
        for (const kind of kinds) {
            for (const variable of [
                "AIRFLOW__SECRETS__BACKEND_KWARG__ROLE_ID",
                "AIRFLOW__WORKERS__SECRETS_BACKEND",
                "AIRFLOW__WORKERS__SECRETS_BACKEND_KWARGS",
                "AIRFLOW__WORKERS__SECRETS_BACKEND_KWARGS_CMD",
                "AIRFLOW__WORKERS__SECRETS_BACKEND_KWARG__URL",
            ]) {
                assert.ok(isOverriding(kind, variable, "x"), `${kind}: ${variable}`);
                assert.ok(isOverriding(kind, variable), `${kind}: ${variable}, value unknown`);
            }
            assert.ok(!isOverriding(kind, "AIRFLOW__WORKERS__SECRETS_BACKEND", ""));
        }
    });

    it("is never one of the env vars that the backend sets, nor one that Airflow does not read before ours", () => {
        for (const { kind, envNames } of backendKinds) {
            for (const variable of [
                ...envNames({}),
                "AIRFLOW__SECRETS__BACKEND_CMD",
                "AIRFLOW__SECRETS__BACKEND_KWARGS_SECRET",
                "AIRFLOW__SECRETS__USE_CACHE",
                "VAULT_ADDR",
                "VAULT_TOKEN",
                "GOOGLE_APPLICATION_CREDENTIALS",
                "AZURE_FEDERATED_TOKEN_FILE",
                "AZURE_CLIENT_CERTIFICATE_PATH",
            ]) {
                assert.ok(!isOverriding(kind, variable, "x"), `${kind}: ${variable}`);
            }
        }
    });

    it("is what keeps the AWS SDK from using the access key", () => {
        for (const variable of ["AWS_SESSION_TOKEN", "AWS_SECURITY_TOKEN", "AWS_PROFILE", "AWS_DEFAULT_PROFILE"]) {
            assert.deepEqual(
                kinds.filter((kind) => isOverriding(kind, variable, "x")),
                aws,
                variable,
            );
        }
        assert.ok(!isOverriding("aws-secrets-manager", "AWS_SESSION_TOKEN", ""));
        assert.ok(isOverriding("aws-secrets-manager", "AWS_PROFILE", ""), "the SDK looks for a profile without a name");
    });

    it("is not another login of AWS if the access key is in the kwargs, which go before it", () => {
        const { overriddenBy, envNames } = backendKinds.find(({ kind }) => kind === "aws-parameter-store")!;
        const list = overriddenBy(envNames({ login: "access-key" }));
        for (const variable of ["AWS_SESSION_TOKEN", "AWS_PROFILE", "AWS_ACCESS_KEY_ID", "AWS_REGION"]) {
            assert.equal(overridingVariable(list, variable, "x"), undefined, variable);
        }
        assert.ok(overridingVariable(list, "AWS_ENDPOINT_URL", "http://localhost"));
    });

    it("is what keeps the Azure SDK from using the client secret", () => {
        for (const [value, expected] of [
            ["dev", true],
            ["ManagedIdentityCredential", true],
            ["prod", false],
            [" EnvironmentCredential", false],
            [undefined, true],
        ] as const) {
            const found = isOverridingAzure({ credentialIn: "environment" }, "AZURE_TOKEN_CREDENTIALS", value);
            assert.equal(found, expected, value);
        }
    });

    it("is nothing that chooses a credential if Airflow has the client secret in its kwargs", () => {
        for (const variable of ["AZURE_TOKEN_CREDENTIALS", "AZURE_CLIENT_SECRET", "AZURE_CLIENT_CERTIFICATE_PATH"]) {
            assert.ok(!isOverridingAzure({ credentialIn: "kwargs" }, variable, "dev"), variable);
        }
    });

    it("is another credential that the Azure SDK finds before the token of the pods", () => {
        const isOverridden = (variable: string, value?: string): boolean =>
            isOverridingAzure({ login: "workload-identity" }, variable, value);
        for (const variable of ["AZURE_CLIENT_SECRET", "AZURE_CLIENT_CERTIFICATE_PATH", "AZURE_PASSWORD"]) {
            assert.ok(isOverridden(variable, "x") && isOverridden(variable, ""), variable);
        }
        assert.ok(isOverridden("AZURE_TOKEN_CREDENTIALS", "EnvironmentCredential"));
        assert.ok(!isOverridden("AZURE_TOKEN_CREDENTIALS", "WorkloadIdentityCredential"));
        // Azure's own clusters set these.
        for (const variable of ["AZURE_CLIENT_ID", "AZURE_TENANT_ID", "AZURE_FEDERATED_TOKEN_FILE"]) {
            assert.ok(!isOverridden(variable, "x"), variable);
        }
    });

    it("is another authority than Azure's public cloud, in each form", () => {
        for (const form of [
            { credentialIn: "kwargs" },
            { credentialIn: "environment" },
            { login: "workload-identity" },
        ]) {
            const authority = (value: string) => isOverridingAzure(form, "AZURE_AUTHORITY_HOST", value);
            assert.ok(authority("https://login.chinacloudapi.cn"));
            assert.ok(!authority("https://login.microsoftonline.com/"));
        }
    });
});
