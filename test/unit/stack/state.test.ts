import assert from "node:assert/strict";
import { readState } from "../../../stack/state";
import { recordsIn } from "../../../stack/stateResource";
import { Mocks } from "../components/mocks";

const stack = "urn:pulumi:prod::airflow-secrets-backends";
const BACKEND = "airflow-secrets-backends:index:VaultBackend";
const ROLE = "vault:appRole/authBackendRole:AuthBackendRole";

describe("readState", () => {
    it("returns nothing before the first run", async () => {
        await Mocks.set();
        assert.deepEqual(await readState(), []);
    });

    it("reads the checkpoint of its own stack", async () => {
        const mocks = await Mocks.set({ stack: "prod" });
        await readState();
        assert.deepEqual(mocks.calls, [
            { token: "pulumi:pulumi:readStackResourceOutputs", inputs: { stackName: "prod" } },
        ]);
    });

    it("returns type, name, the parent's type and the outputs of each resource", async () => {
        const outputs = { roleId: "1", tokenTtl: 1200, policies: ["a", { b: true }] };
        await Mocks.set({
            stack: "prod",
            state: {
                [`${stack}::pulumi:pulumi:Stack::airflow-secrets-backends-prod`]: {
                    type: "pulumi:pulumi:Stack",
                    outputs: {},
                },
                [`${stack}::pulumi:pulumi:Stack$${BACKEND}::solar`]: { type: BACKEND, outputs: {} },
                [`${stack}::pulumi:pulumi:Stack$${BACKEND}$${ROLE}::solar.0a1b2c3d.role`]: { type: ROLE, outputs },
                [`${stack}::${ROLE}::with::colons`]: { type: ROLE, outputs },
            },
        });
        const state = await readState();
        assert.deepEqual(
            state.map(({ type, name, parentType }) => [type, name, parentType]).sort(),
            [
                ["pulumi:pulumi:Stack", "airflow-secrets-backends-prod", ""],
                [BACKEND, "solar", "pulumi:pulumi:Stack"],
                [ROLE, "solar.0a1b2c3d.role", BACKEND],
                [ROLE, "with::colons", ""],
            ].sort(),
        );
        const role = state.find(({ name }) => name === "solar.0a1b2c3d.role");
        assert.deepEqual([...(role?.outputNames ?? [])].sort(), ["policies", "roleId", "tokenTtl"]);
        assert.deepEqual(role?.output("policies"), outputs.policies);
        assert.equal(role.output("tokenTtl"), 1200);
        assert.equal(role.output("secretId"), undefined);
    });

    it("passes on the engine's error", async () => {
        await Mocks.set({ state: new Error("no checkpoint") });
        await assert.rejects(readState(), /no checkpoint/);
    });
});

describe("recordsIn", () => {
    it("returns the value of the record with that name, and of no other resource", async () => {
        const record = { name: "solar", credentials: [{ identity: "0a1b2c3d", generation: 1 }] };
        await Mocks.set({
            stack: "prod",
            state: {
                [`${stack}::${ROLE}::solar.made`]: { type: ROLE, outputs: { input: "another" } },
                [`${stack}::pulumi:index:Stash::solar.made`]: {
                    type: "pulumi:index:Stash",
                    outputs: { input: record, output: { older: true } },
                },
            },
        });
        const state = await readState();
        assert.deepEqual(recordsIn(state).get("solar.made"), record);
        assert.equal(recordsIn(state).get("solar.moved"), undefined);
    });
});
