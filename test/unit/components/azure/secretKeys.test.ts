import assert from "node:assert/strict";
import { listAzureKeys } from "../../../../components/azure/secretKeys";
import { azureVaultName } from "../../../../components/names";
import { ownerOf } from "../current";
import { azureCaller } from "../mockAnswers";
import { Mocks, settled } from "../mocks";
import { mockNetwork } from "../../mockNetwork";

const MANAGER = "https://management.azure.com";
const owner = ownerOf("solar");
const place = { kind: "azure-key-vault", resourceGroup: "group", vaultName: "Company", createVault: false, sep: "-" };

const pathOf = (vault: string, more = ""): string =>
    `/subscriptions/${azureCaller.subscriptionId}/resourceGroups/group/providers/Microsoft.KeyVault/vaults/${vault}` +
    `/secrets?api-version=2026-02-01${more}`;

describe("listAzureKeys", () => {
    const azure = mockNetwork(settled);
    beforeEach(async () => {
        await Mocks.set();
    });

    const answer = (path: string, status: number, body: object): void => {
        azure().get(MANAGER).intercept({ path }).reply(status, body);
    };
    const secrets = (...names: readonly string[]) => names.map((name) => ({ name, properties: { secretUri: "…" } }));

    it("lists every page of the vault's secrets whose names begin with one of the two prefixes", async () => {
        const value = secrets("airflow-variables-My-key", "other", "airflow-connectionsx-db");
        answer(pathOf("Company"), 200, { value, nextLink: `${MANAGER}${pathOf("Company", "&$skiptoken=2")}` });
        answer(pathOf("Company", "&$skiptoken=2"), 200, { value: secrets("airflow-connections-db") });
        assert.deepEqual(await listAzureKeys(place, owner), {
            isExact: false,
            keys: [
                { kind: "variables", key: "my-key" },
                { kind: "connections", key: "db" },
            ],
        });
    });

    it("lists only what Airflow looks up", async () => {
        answer(pathOf("Company"), 200, { value: secrets("airflow-variables-a", "airflow-connections-db") });
        const found = await listAzureKeys({ ...place, only: "variables" }, owner);
        assert.deepEqual(found, { isExact: false, keys: [{ kind: "variables", key: "a" }] });
    });

    it("finds nothing in a vault that has yet to be created, by its generated name", async () => {
        const created = {
            kind: "azure-key-vault",
            resourceGroup: "group",
            createVault: true,
            scope: "solar",
            sep: "-",
        };
        const name = azureVaultName(azureCaller.subscriptionId, owner, "group");
        answer(pathOf(name), 404, { error: { code: "ResourceNotFound" } });
        assert.deepEqual(await listAzureKeys(created, owner), { isExact: false, keys: [] });
    });

    it("says that the vault is gone, which right is missing, or what Azure answers", async () => {
        const unknown = async (status: number, code: string): Promise<string> => {
            answer(pathOf("Company"), status, { error: { code, message: "details" } });
            const found = await listAzureKeys(place, owner);
            return "unknown" in found ? found.unknown : "";
        };
        assert.match(
            await unknown(404, "ResourceNotFound"),
            /^there is no Key Vault "Company" in resource group "group"/,
        );
        assert.match(
            await unknown(403, "AuthorizationFailed"),
            /may not list .*\(Microsoft\.KeyVault\/vaults\/secrets\/read/,
        );
        assert.match(await unknown(409, "Conflict"), /^Azure does not list them: .*409: Conflict details/);
    });
});
