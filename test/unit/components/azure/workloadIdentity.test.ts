import assert from "node:assert/strict";
import { appLoginOf } from "../../../../components/azure/appLogin";
import { azureKeyVaultBackend } from "../../../../components/azure/config";
import { federatedCredentialTrusts } from "../../../../components/azure/grants";
import { azureKeyVaultKind } from "../../../../components/azure/kind";
import { IDENTITY, NAME, PLACE } from "../current";
import { build, envOf } from "./fixture";

const PASSWORD = "azuread:index/applicationPassword:ApplicationPassword";
const TRUST = "azuread:index/applicationFederatedIdentityCredential:ApplicationFederatedIdentityCredential";
const ISSUER = "https://issuer.example.com/";

const pods = {
    namespace: "airflow",
    serviceAccounts: ["scheduler", "worker"],
    audience: azureKeyVaultKind.keyless.audience(),
    tokenFile: "/var/run/token",
};
const appLogin = { kind: "workload-identity", issuer: ISSUER, pods } as const;

describe("a login to Azure with a workload identity", () => {
    it("lets each service account of the pods log in to the app, and makes no client secret", async () => {
        const { mocks } = await build({ appLogin });
        const trusts = mocks.registered.filter(({ type }) => type === TRUST);
        const [app, audiences] = [`${NAME}.${IDENTITY}.app`, ["api://AzureADTokenExchange"]];
        const common = { applicationId: `${app}-id`, audiences, issuer: ISSUER };
        assert.deepEqual(
            trusts.map(({ name, inputs, deletedWith }) => [name, inputs, deletedWith]),
            ["scheduler", "worker"].map((account, index) => [
                `${NAME}.${IDENTITY}.trust_${index + 1}`,
                {
                    ...common,
                    displayName: `trust-${index + 1}`,
                    subject: `system:serviceaccount:airflow:${account}`,
                },
                app,
            ]),
        );
        assert.ok(mocks.registered.every(({ type }) => type !== PASSWORD));
    });

    it("creates them one after the other, when the app can read", async () => {
        const { mocks } = await build({ appLogin, testSecrets: true });
        const [first, second] = mocks.registered.filter(({ type }) => type === TRUST);
        assert.ok(first !== undefined && second !== undefined);
        assert.ok(first.dependsOn.includes(`${NAME}.${IDENTITY}.grant`));
        assert.ok(first.dependsOn.includes(`${NAME}.${PLACE}.test-variable`));
        assert.ok(second.dependsOn.includes(first.name));
    });

    it("tells Airflow what to log in as and where the token is, and nothing secret", async () => {
        const { backend } = await build({ appLogin });
        const kwargs = JSON.stringify({
            connections_prefix: "solar-airflow-connections",
            variables_prefix: "solar-airflow-variables",
            config_prefix: null,
            vault_url: "https://my-vault.vault.azure.net",
            managed_identity_client_id: "client-id-of-test",
            workload_identity_tenant_id: "tenant",
        });
        const backendClass = "airflow.providers.microsoft.azure.secrets.key_vault.AzureKeyVaultBackend";
        assert.deepEqual(await envOf(backend), [
            ["AZURE_FEDERATED_TOKEN_FILE", false, { value: "/var/run/token", secret: false }],
            ["AIRFLOW__SECRETS__BACKEND", false, { value: backendClass, secret: false }],
            ["AIRFLOW__SECRETS__BACKEND_KWARGS", false, { value: kwargs, secret: false }],
        ]);
        assert.deepEqual(
            backend.env.map(({ name }) => name),
            azureKeyVaultKind.envNames({ login: "workload-identity" }),
        );
        assert.equal(backend.requirement, "apache-airflow-providers-microsoft-azure>=15.2.1");
        assert.equal(backend.credentialEnds, undefined);
    });

    it("imports the federated credentials that an interrupted run has created", async () => {
        const existing = new Map([[`${NAME}.${IDENTITY}.trust_2`, "app/federatedIdentityCredential/two"]]);
        const { mocks } = await build({ appLogin, claims: { existing, shared: new Set(), problems: [] } });
        const trusts = mocks.registered.filter(({ type }) => type === TRUST);
        assert.deepEqual(
            trusts.map(({ importId }) => importId),
            ["", "app/federatedIdentityCredential/two"],
        );
    });

    it("says whose tokens the app accepts", () => {
        const inputs = { issuer: ISSUER, subject: "system:serviceaccount:airflow:worker", audiences: [pods.audience] };
        assert.deepEqual(federatedCredentialTrusts(inputs), [
            `issuer ${ISSUER}, subject system:serviceaccount:airflow:worker, audience api://AzureADTokenExchange`,
        ]);
        assert.equal(federatedCredentialTrusts({ ...inputs, issuer: undefined }), undefined);
    });
});

describe("how the config says that Airflow logs in to Azure", () => {
    const config = (more: object) =>
        azureKeyVaultBackend.parse({ kind: "azure-key-vault", resourceGroup: "g", vaultName: "my-vault", ...more });

    it("is a client secret in the kwargs by default", () => {
        assert.deepEqual(appLoginOf(config({}), undefined), {
            kind: "client-secret",
            credentialIn: "kwargs",
            clientSecretDays: 180,
        });
    });

    it("is a workload identity with the issuer and the pods", () => {
        const keyless = config({ login: "workload-identity", issuer: ISSUER });
        assert.deepEqual(appLoginOf(keyless, pods), appLogin);
        assert.throws(() => appLoginOf(keyless, undefined), /the pods that log in .* are not known/);
    });
});
