import assert from "node:assert/strict";
import { listParameterKeys, listSecretsManagerKeys } from "../../../../components/aws/secretKeys";
import { Mocks } from "../mocks";

const place = { kind: "aws-secrets-manager", region: "eu-central-1", scope: "solar", sep: "/" };

describe("listSecretsManagerKeys", () => {
    it("lists the secrets whose names begin with one of the two prefixes", async () => {
        const names = [
            "airflow/solar/variables/a/b",
            "airflow/solar/connections/db",
            "airflow/solar2/variables/c",
            "x",
        ];
        const mocks = await Mocks.set({ secretNames: names });
        assert.deepEqual(await listSecretsManagerKeys(place), {
            isExact: true,
            keys: [
                { kind: "variables", key: "a/b" },
                { kind: "connections", key: "db" },
            ],
        });
        const filter = (value: string) => ({ region: "eu-central-1", filters: [{ name: "name", values: [value] }] });
        assert.deepEqual(
            mocks.calls.map(({ inputs }) => inputs),
            [filter("airflow/solar/variables/"), filter("airflow/solar/connections/")],
        );
    });

    it("reads the prefixes and the separator of the place", async () => {
        await Mocks.set({ secretNames: ["vars.a", "vars/a", "conns.b"] });
        const own = { kind: "aws-secrets-manager", region: "eu-central-1", sep: "." };
        assert.deepEqual(
            await listSecretsManagerKeys({ ...own, variablesPrefix: "vars", connectionsPrefix: "conns" }),
            {
                isExact: true,
                keys: [
                    { kind: "variables", key: "a" },
                    { kind: "connections", key: "b" },
                ],
            },
        );
    });

    it("lists only what Airflow looks up", async () => {
        const mocks = await Mocks.set({ secretNames: ["airflow/solar/variables/a", "airflow/solar/connections/db"] });
        const found = await listSecretsManagerKeys({ ...place, only: "variables" });
        assert.deepEqual(found, { isExact: true, keys: [{ kind: "variables", key: "a" }] });
        assert.equal(mocks.calls.length, 1);
    });

    it("says which right is missing, or what AWS answers", async () => {
        await Mocks.set({
            secretNames: new Error("api error AccessDeniedException: User is not authorized to perform"),
        });
        const denied = await listSecretsManagerKeys(place);
        assert.match("unknown" in denied ? denied.unknown : "", /may not list secrets \(secretsmanager:ListSecrets/);
        await Mocks.set({ secretNames: new Error("api error ThrottlingException") });
        const failed = await listSecretsManagerKeys(place);
        assert.match("unknown" in failed ? failed.unknown : "", /AWS does not list them: .*ThrottlingException/);
    });
});

describe("listParameterKeys", () => {
    it("says that parameters are not listed, because their values would come along", () => {
        const found = listParameterKeys();
        assert.match("unknown" in found ? found.unknown : "", /together with their values/);
    });
});
