import assert from "node:assert/strict";
import { listGcpKeys } from "../../../../components/gcp/secretKeys";
import { Mocks } from "../mocks";

const place = { kind: "gcp-secret-manager", project: "my-project", scope: "solar", sep: "_" };

describe("listGcpKeys", () => {
    it("lists the secrets of the project whose ids begin with one of the two prefixes", async () => {
        const ids = ["solar-airflow-variables_a", "solar-airflow-variables-b", "solar-airflow-connections_db", "x"];
        const mocks = await Mocks.set({ secretNames: ids });
        assert.deepEqual(await listGcpKeys(place), {
            isExact: true,
            keys: [
                { kind: "variables", key: "a" },
                { kind: "connections", key: "db" },
            ],
        });
        assert.deepEqual(
            mocks.calls.map(({ inputs }) => inputs),
            [{ project: "my-project" }],
        );
    });

    it("lists only what Airflow looks up", async () => {
        await Mocks.set({ secretNames: ["solar-airflow-variables_a", "solar-airflow-connections_db"] });
        const found = await listGcpKeys({ ...place, only: "connections" });
        assert.deepEqual(found, { isExact: true, keys: [{ kind: "connections", key: "db" }] });
    });

    it("says which right is missing, or what Google Cloud answers", async () => {
        const message = "googleapi: Error 403: Permission 'secretmanager.secrets.list' denied for resource";
        await Mocks.set({ secretNames: new Error(message) });
        const denied = await listGcpKeys(place);
        assert.match("unknown" in denied ? denied.unknown : "", /may not list .* project "my-project" \(secretmanager/);
        await Mocks.set({ secretNames: new Error("googleapi: Error 500: internal") });
        const failed = await listGcpKeys(place);
        assert.match("unknown" in failed ? failed.unknown : "", /Google Cloud does not list them: .*internal/);
    });
});
