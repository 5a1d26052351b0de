import assert from "node:assert/strict";
import { environmentVariables } from "../../../provider/environmentVariables";
import { fromStruct, toStruct } from "../../../provider/marshal";
import type { Properties } from "../../../provider/resourceType";
import { OWNERS } from "../../../components/astronomer/houston/variables";
import { Houston } from "../components/astronomer/houston/fixture";

const SOLAR = "solar-dust-1234";
const foreign = { key: "COMPANY_TEAM", value: "data", isSecret: false };
const KWARGS = "AIRFLOW__SECRETS__BACKEND_KWARGS";
const BACKEND = "AIRFLOW__SECRETS__BACKEND";

describe("the EnvironmentVariables resource", () => {
    let houston: Houston;

    beforeEach(async () => {
        houston = await Houston.start(SOLAR);
        houston.store(SOLAR, [foreign]);
    });
    afterEach(() => houston.stop());

    const wanted = (more: Properties = {}): Properties => ({
        ...houston.deployment(SOLAR),
        owner: "project/dev/solar",
        force: false,
        values: { [BACKEND]: "a.B" },
        secretValues: { [KWARGS]: "{}" },
        ...more,
    });

    /** Returns outputs as the engine passes them to the next call: with secrets as plain values. */
    function plain(outputs: Properties): Properties {
        const { secretValues, ...others } = fromStruct(toStruct(outputs));
        const values = Object.entries(secretValues as Record<string, { value: string }>);
        return { ...others, secretValues: Object.fromEntries(values.map(([key, { value }]) => [key, value])) };
    }

    async function created(): Promise<Properties> {
        return plain((await environmentVariables.create(wanted())).outputs);
    }

    async function update(inputs: Properties, outputs: Properties): Promise<Properties> {
        return plain(await environmentVariables.update(SOLAR, inputs, outputs));
    }

    const stored = (): Record<string, string> =>
        Object.fromEntries(houston.stored(SOLAR).map(({ key, value }) => [key, value]));

    it("marks each secret value by itself, so that the state encrypts it and a preview shows its name", async () => {
        const { outputs } = await environmentVariables.create(wanted());
        const { secretValues, values } = outputs as Record<string, Record<string, object>>;
        assert.deepEqual(Object.keys(secretValues?.[KWARGS] ?? {}), ["4dabf18193072939515e22adb298388d", "value"]);
        assert.deepEqual(values, { [BACKEND]: "a.B" });
        assert.deepEqual(houston.stored(SOLAR).find(({ key }) => key === KWARGS)?.isSecret, true);
    });

    it("adopts its own env vars if an up was interrupted before they were in the state", async () => {
        await created();
        await created();
        assert.equal(houston.stored(SOLAR).length, 4);
    });

    it("removes the env vars that are no longer in its inputs, and no others", async () => {
        const outputs = await created();
        await update(wanted({ values: { AWS_DEFAULT_REGION: "eu" }, secretValues: {} }), outputs);
        assert.deepEqual(Object.keys(stored()).sort(), [OWNERS, "AWS_DEFAULT_REGION", "COMPANY_TEAM"]);
    });

    it("keeps its env vars if the stack is renamed", async () => {
        const outputs = await update(wanted({ owner: "project/staging/solar" }), await created());
        assert.deepEqual(JSON.parse(stored()[OWNERS] ?? ""), { "project/staging/solar": [KWARGS, BACKEND] });
        await environmentVariables.delete(SOLAR, outputs);
        assert.deepEqual(houston.stored(SOLAR), [foreign]);
    });

    it("refuses to overwrite somebody else's env var and names the owner, unless force is set", async () => {
        houston.store(SOLAR, [foreign, { key: BACKEND, value: "theirs", isSecret: false }]);
        await assert.rejects(created(), {
            message: new RegExp(
                `^${BACKEND} is already set on ${SOLAR} at http:\\S+, by somebody that .*set force: true`,
            ),
        });
        assert.equal(stored()[BACKEND], "theirs");
        await environmentVariables.create(wanted({ force: true }));
        assert.equal(stored()[BACKEND], "a.B");
    });

    it("refuses a reserved name, and an empty secret, for which Houston would keep the stored value", async () => {
        const fernet = environmentVariables.create(wanted({ values: { AIRFLOW__CORE__FERNET_KEY: "x" } }));
        await assert.rejects(fernet, /AIRFLOW__CORE__FERNET_KEY is reserved/);
        await assert.rejects(environmentVariables.create(wanted({ secretValues: { [KWARGS]: "" } })), /is empty/);
        assert.deepEqual(houston.stored(SOLAR), [foreign]);
    });

    it("detects manual changes, and reports no drift without them", async () => {
        await created();
        const read = async (): Promise<unknown> => (await environmentVariables.read(SOLAR, wanted()))?.inputs.drift;
        assert.equal(await read(), undefined);
        houston.store(
            SOLAR,
            houston.stored(SOLAR).map((variable) => ({ ...variable, isSecret: false })),
        );
        assert.deepEqual(await read(), { [KWARGS]: "no longer marked secret" });
        houston.store(
            SOLAR,
            houston.stored(SOLAR).filter(({ key }) => key !== KWARGS),
        );
        assert.deepEqual(await read(), { [KWARGS]: "missing" });
        houston.store(SOLAR, [foreign]);
        assert.equal(await environmentVariables.read(SOLAR, wanted()), undefined, "all env vars were removed");
    });

    it("can be deleted twice", async () => {
        const outputs = await created();
        await environmentVariables.delete(SOLAR, outputs);
        await environmentVariables.delete(SOLAR, outputs);
        assert.deepEqual(houston.stored(SOLAR), [foreign]);
    });

    it("cannot be deleted from an unknown Deployment, and says what to do", async () => {
        const unknown = { ...(await created()), deploymentUuid: "gone" };
        await assert.rejects(
            environmentVariables.delete(SOLAR, unknown),
            /permissions.*If solar-dust-1234 itself was deleted from Astronomer.*pulumi state delete/,
        );
    });
});
