import assert from "node:assert/strict";
import { azureKeyVaultKind } from "../../../../components/azure/kind";
import { IDENTITY, NAME } from "../current";
import { inspect } from "../mocks";
import { build, defaults, envOf } from "./fixture";

const APP = "azuread:index/application:Application";
const PASSWORD = "azuread:index/applicationPassword:ApplicationPassword";

const { appLogin } = defaults;

describe("a login to Azure with a client secret", () => {
    const backendClass = "airflow.providers.microsoft.azure.secrets.key_vault.AzureKeyVaultBackend";
    const kwargsWithoutLogin = {
        connections_prefix: "solar-airflow-connections",
        variables_prefix: "solar-airflow-variables",
        config_prefix: null,
        vault_url: "https://my-vault.vault.azure.net",
    };

    it("has the credential in the kwargs only, which are secret", async () => {
        const { backend } = await build();
        const login = { tenant_id: "tenant", client_id: "client-id-of-test", client_secret: "client-secret-of-test" };
        const kwargs = JSON.stringify({ ...kwargsWithoutLogin, ...login });
        assert.deepEqual(await envOf(backend), [
            ["AIRFLOW__SECRETS__BACKEND", false, { value: backendClass, secret: false }],
            ["AIRFLOW__SECRETS__BACKEND_KWARGS", true, { value: kwargs, secret: true }],
        ]);
        assert.equal(backend.requirement, "apache-airflow-providers-microsoft-azure>=8.0.0");
    });

    it("has the credential in Azure's env vars only if the config says so, and marks all parts as secret", async () => {
        const { backend } = await build({ appLogin: { ...appLogin, credentialIn: "environment" } });
        const kwargs = JSON.stringify(kwargsWithoutLogin);
        assert.deepEqual(await envOf(backend), [
            ["AZURE_CLIENT_ID", true, { value: "client-id-of-test", secret: true }],
            ["AZURE_TENANT_ID", true, { value: "tenant", secret: true }],
            ["AZURE_CLIENT_SECRET", true, { value: "client-secret-of-test", secret: true }],
            ["AIRFLOW__SECRETS__BACKEND", false, { value: backendClass, secret: false }],
            ["AIRFLOW__SECRETS__BACKEND_KWARGS", false, { value: kwargs, secret: false }],
        ]);
        assert.equal(backend.requirement, "apache-airflow-providers-microsoft-azure>=3.8.0");
    });

    it("sets the env vars that its kind names, in both forms", async () => {
        for (const credentialIn of ["kwargs", "environment"] as const) {
            const { backend } = await build({ appLogin: { ...appLogin, credentialIn } });
            assert.deepEqual(
                backend.env.map(({ name }) => name),
                azureKeyVaultKind.envNames({ credentialIn }),
            );
        }
    });

    it("calculates the client secret's end date once, and names it by its generation", async () => {
        const { mocks, backend } = await build({ appLogin: { ...appLogin, clientSecretDays: 30 } }, { generation: 7 });
        const { name, inputs, ignoreChanges } = mocks.one(PASSWORD);
        assert.equal(name, `${NAME}.${IDENTITY}.client-secret.7`);
        assert.equal(inputs.displayName, "generation 7");
        assert.equal(mocks.one(APP).name, `${NAME}.${IDENTITY}.app`);
        assert.deepEqual(ignoreChanges, ["endDate"]);
        const days = (Date.parse(String(inputs.endDate)) - Date.now()) / 86_400_000;
        assert.ok(Math.abs(days - 30) < 0.01, String(inputs.endDate));
        assert.match(String(inputs.endDate), /T\d\d:\d\d:\d\dZ$/, "as Microsoft Graph returns it");
        assert.equal((await inspect(backend.credentialEnds!)).value, inputs.endDate);
    });
});
