import assert from "node:assert/strict";
import { listVaultKeys } from "../../../../components/vault/secretKeys";
import { Mocks } from "../mocks";

const place = { kind: "vault", mount: "kv/team", kvVersion: 2, scope: "solar" };

describe("listVaultKeys", () => {
    it("lists what is below the two paths, in folders too", async () => {
        const below = "kv/team/metadata/solar";
        const names = [
            `${below}/variables/a`,
            `${below}/variables/b/c/d`,
            `${below}/variables/b/e`,
            `${below}/connections/db`,
            `${below}/config/x`,
            "kv/team/metadata/other/variables/y",
        ];
        await Mocks.set({ secretNames: names });
        assert.deepEqual(await listVaultKeys(place), {
            isExact: true,
            keys: [
                { kind: "variables", key: "a" },
                { kind: "variables", key: "b/c/d" },
                { kind: "variables", key: "b/e" },
                { kind: "connections", key: "db" },
            ],
        });
    });

    it("lists only what Airflow looks up, below its own prefix", async () => {
        await Mocks.set({ secretNames: ["kv/metadata/conns/db", "kv/metadata/variables/a"] });
        const recorded = { kind: "vault", mount: "kv", kvVersion: 2, only: "connections", connectionsPrefix: "conns" };
        assert.deepEqual(await listVaultKeys(recorded), { isExact: true, keys: [{ kind: "connections", key: "db" }] });
    });

    it("lists a mount of version 1 without metadata, in its namespace", async () => {
        const mocks = await Mocks.set({ secretNames: ["kv/variables/a"] });
        const found = await listVaultKeys({ kind: "vault", mount: "kv", kvVersion: 1, namespace: "team" });
        assert.deepEqual(found, { isExact: true, keys: [{ kind: "variables", key: "a" }] });
        assert.deepEqual(
            mocks.calls.map(({ inputs }) => inputs),
            ["variables", "connections"].map((path) => ({ path: `kv/${path}`, namespace: "team" })),
        );
    });

    it("finds nothing where nothing is", async () => {
        await Mocks.set();
        assert.deepEqual(await listVaultKeys(place), { isExact: true, keys: [] });
    });

    it("says which right is missing, or what Vault answers", async () => {
        await Mocks.set({
            secretNames: new Error("error listing from Vault, err=Code: 403. Errors:\n\n* permission denied"),
        });
        assert.deepEqual(await listVaultKeys(place), {
            unknown:
                "Pulumi's Vault token may not list kv/team/metadata/solar/variables and " +
                "kv/team/metadata/solar/connections (docs/vault.md has the required policy)",
        });
        await Mocks.set({ secretNames: new Error("Code: 500. Errors:\n\n* sealed") });
        const found = await listVaultKeys(place);
        assert.match("unknown" in found ? found.unknown : "", /^Vault does not list them: .*sealed/s);
    });
});
