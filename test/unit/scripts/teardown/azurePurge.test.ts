import assert from "node:assert/strict";
import type { AzureKept } from "../../../../components/azure/kept";
import { marksOf } from "../../../../components/marks";
import { findApplication, purgeAzure } from "../../../../scripts/teardown/azurePurge";
import { mockNetwork } from "../../mockNetwork";

const LOCATION = "/subscriptions/s-1/providers/Microsoft.KeyVault/locations/westeurope/deletedVaults";
const VERSION = "api-version=2026-02-01";
const owner = { project: "airflow", stack: "pr-1", deployment: "solar" };
const own = { tags: marksOf(owner, false) };

describe("what Azure keeps of a stack", () => {
    const azure = mockNetwork((agent) => {
        agent.assertNoPendingInterceptors();
    });
    let logged: string[];

    beforeEach(() => {
        logged = [];
    });

    const manager = (method: string, path: string, status: number, body?: object) =>
        azure()
            .get("https://management.azure.com")
            .intercept({ method, path })
            .reply(status, body ?? "");
    const inVault = (method: string, status: number, body?: object) =>
        azure()
            .get("https://company.vault.azure.net")
            .intercept({ method, path: "/deletedsecrets/s?api-version=7.4" })
            .reply(status, body ?? "");
    const deletedIn = (group: string, marked: object = own) => ({
        properties: {
            vaultId: `/subscriptions/s-1/resourceGroups/${group}/providers/Microsoft.KeyVault/vaults/v`,
            ...marked,
        },
    });

    const purge = (kept: Partial<AzureKept>, signal = new AbortController().signal): Promise<void> =>
        purgeAzure(
            { subscriptionId: "s-1", vaults: [], secrets: [], ...kept },
            { token: (audience) => Promise.resolve(`token-for-${audience}`), signal, log: (line) => logged.push(line) },
        );
    const vaults = [{ name: "v", resourceGroup: "Group", location: "westeurope", owner }];
    const secrets = [{ vault: "company", name: "s", owner }];

    it("is purged: a vault, and its name is free afterwards", async () => {
        manager("GET", `${LOCATION}/v?${VERSION}`, 200, deletedIn("group"));
        manager("POST", `${LOCATION}/v/purge?${VERSION}`, 202);
        manager("GET", `${LOCATION}/v?${VERSION}`, 200, deletedIn("group"));
        manager("GET", `${LOCATION}/v?${VERSION}`, 404, { error: { code: "DeletedVaultNotFound" } });
        await purge({ vaults });
        assert.deepEqual(logged, ["purging Key Vault v"]);
    });

    it("is nothing if the vault no longer exists", async () => {
        manager("GET", `${LOCATION}/v?${VERSION}`, 404);
        await purge({ vaults });
        assert.deepEqual(logged, []);
    });

    it("is not purged if the vault was deleted in another resource group, or is not the Deployment's", async () => {
        const anothers = { tags: marksOf({ ...owner, deployment: "lunar" }, false) };
        const kept = [
            deletedIn("another"),
            ...[{}, { tags: null }, { tags: { owner: "payments" } }, anothers].map((tags) => deletedIn("group", tags)),
        ];
        for (const found of kept) {
            manager("GET", `${LOCATION}/v?${VERSION}`, 200, found);
            await purge({ vaults });
        }
        const line = "Azure keeps a deleted Key Vault v that is not this stack's: it is not purged";
        assert.deepEqual(
            logged,
            kept.map(() => line),
        );
    });

    it("is reported with Azure's message if purging is not allowed", async () => {
        manager("GET", `${LOCATION}/v?${VERSION}`, 200, deletedIn("group"));
        manager("POST", `${LOCATION}/v/purge?${VERSION}`, 409, {
            error: { code: "DeletedVaultPurge", message: "it has purge protection." },
        });
        await assert.rejects(
            purge({ vaults }),
            /^Error: Key Vault "v" is deleted, and Azure keeps it and its name: .* 409: DeletedVaultPurge it has purge protection\..*docs\/teardown\.md/,
        );
    });

    it("is purged: a test secret of the Deployment, and no other secret", async () => {
        inVault("GET", 200, own);
        inVault("GET", 200, own);
        inVault("DELETE", 204);
        inVault("GET", 404);
        await purge({ secrets });
        inVault("GET", 200, { tags: {} });
        await purge({ secrets });
        inVault("GET", 404);
        await purge({ secrets });
        assert.deepEqual(logged, [
            "purging secret s in Key Vault company",
            "Key Vault company keeps a deleted secret s that is not this stack's: it is not purged",
        ]);
    });

    it("is no longer waited for if teardown is interrupted", async () => {
        const interrupt = new AbortController();
        manager("GET", `${LOCATION}/v?${VERSION}`, 200, deletedIn("group"));
        manager("POST", `${LOCATION}/v/purge?${VERSION}`, 202);
        manager("GET", `${LOCATION}/v?${VERSION}`, 200, deletedIn("group"));
        setTimeout(() => {
            interrupt.abort();
        }, 50);
        await assert.rejects(
            purge({ vaults }, interrupt.signal),
            /interrupted while Azure was purging: run teardown again/,
        );
    });

    it("includes an app registration only if exactly one has the name", async () => {
        const path = "/v1.0/applications?$filter=displayName%20eq%20'airflow.pr-1.o''brien'&$select=id";
        const graph = (value: { id: string }[]) =>
            azure().get("https://graph.microsoft.com").intercept({ method: "GET", path }).reply(200, { value });
        const find = () => findApplication("airflow.pr-1.o'brien", () => Promise.resolve("token"));
        graph([{ id: "1" }]);
        assert.equal(await find(), "1");
        graph([]);
        assert.equal(await find(), undefined);
        graph([{ id: "1" }, { id: "2" }]);
        await assert.rejects(
            find(),
            /there are 2 app registrations "airflow\.pr-1\.o'brien".*delete the one of this stack by hand/,
        );
    });
});
