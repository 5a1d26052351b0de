import assert from "node:assert/strict";
import { findExistingInAzure } from "../../../../components/azure/existing";
import { roleAssignmentName, vaultResourceId } from "../../../../components/azure/deploymentVault";
import { deploymentWith, IDENTITY, NAME, PLACE, STORE } from "../current";
import { azureCaller } from "../mockAnswers";
import { Mocks } from "../mocks";
import { replaceNetwork } from "../../mockNetwork";

const GROUP = "sandbox-group";
const VAULT = "af-solar-12345678";
const vaultId = vaultResourceId(azureCaller.subscriptionId, GROUP, VAULT);
const login = { ...azureCaller, operatorId: azureCaller.objectId, vaultToken: "vault-token-of-test" };

const backend = {
    kind: "azure-key-vault",
    resourceGroup: GROUP,
    createVault: true,
    authorization: "rbac",
    scope: "solar",
    sep: "-",
    clientSecretDays: 180,
} as const;

/** The services' contents: by URL without the query; everything else does not exist. */
type Contents = Readonly<Record<string, object>>;

describe("what an interrupted run left in Azure", () => {
    async function found(contents: Contents, more: object = {}): Promise<Record<string, string>> {
        await Mocks.set();
        const { agent, restore } = replaceNetwork();
        for (const origin of ["https://graph.microsoft.com", "https://management.azure.com"]) {
            agent
                .get(origin)
                .intercept({ path: () => true })
                .reply(({ path }) => {
                    const body = contents[`${origin}${path.split("?")[0] ?? ""}`];
                    return { statusCode: body === undefined ? 404 : 200, data: JSON.stringify(body ?? {}) };
                })
                .persist();
        }
        const deployment = deploymentWith({ ...backend, ...more });
        const vault = { name: VAULT, create: { location: "westeurope", recover: false } };
        try {
            const context = { login, vaults: new Map([[NAME, vault]]) };
            return Object.fromEntries(await findExistingInAzure(deployment, context));
        } finally {
            await restore();
        }
    }

    const applications = (...value: object[]): Contents => ({
        "https://graph.microsoft.com/v1.0/applications": { value },
    });
    const app = { id: "object-id", appId: "client-id", passwordCredentials: [] as object[] };

    it("is nothing if nothing is found", async () => {
        assert.deepEqual(await found({}), {});
    });

    it("is an app without a password; one with a password, and one of two, may be in use", async () => {
        const ours = { [`${NAME}.${IDENTITY}.app`]: "/applications/object-id" };
        assert.deepEqual(await found(applications(app)), ours);
        assert.deepEqual(await found(applications({ ...app, passwordCredentials: [{ keyId: "one" }] })), {});
        assert.deepEqual(await found(applications(app, app)), {});
    });

    it("is the role assignment of the app's principal", async () => {
        const principals = "https://graph.microsoft.com/v1.0/servicePrincipals";
        const name = roleAssignmentName(vaultId, "principal-id");
        const id = `${vaultId}/providers/Microsoft.Authorization/roleAssignments/${name}`;
        const contents = {
            ...applications({ ...app, passwordCredentials: [{ keyId: "one" }] }),
            [principals]: { value: [{ id: "principal-id" }] },
            [`https://management.azure.com${id}`]: { id },
        };
        assert.deepEqual(await found(contents), { [`${NAME}.${IDENTITY}.grant`]: id });
    });

    it("is the created vault, unless the config names it", async () => {
        const contents = { [`https://management.azure.com${vaultId}`]: { id: vaultId } };
        assert.deepEqual(await found(contents), { [`${NAME}.${STORE}.vault`]: vaultId });
        assert.deepEqual(await found(contents, { vaultName: VAULT }), {});
    });

    it("is a test secret with this project's tag", async () => {
        const id = `${vaultId}/secrets/solar-airflow-variables-verify-variable`;
        const secret = (tags: object) => found({ [`https://management.azure.com${id}`]: { tags } });
        const ours = { [`${NAME}.${PLACE}.test-variable`]: id };
        assert.deepEqual(await secret({ "made-by": "airflow-secrets-backends" }), ours);
        assert.deepEqual(await secret({ "made-by": "ann" }), {});
    });
});
