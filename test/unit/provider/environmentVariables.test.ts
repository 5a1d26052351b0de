import assert from "node:assert/strict";
import { environmentVariables } from "../../../provider/environmentVariables";
import { fromStruct, toStruct } from "../../../provider/marshal";
import type { Context, Properties } from "../../../provider/resourceType";
import { whyDeleted } from "../../../components/astronomer/houston/deleted";
import { HoustonError } from "../../../components/astronomer/houston/errors";
import { OWNERS } from "../../../components/astronomer/houston/variables";
import { Houston } from "../components/astronomer/houston/fixture";

const SOLAR = "solar-dust-1234";
const foreign = { key: "COMPANY_TEAM", value: "data", isSecret: false };
const KWARGS = "AIRFLOW__SECRETS__BACKEND_KWARGS";
const BACKEND = "AIRFLOW__SECRETS__BACKEND";

describe("the EnvironmentVariables resource", () => {
    let houston: Houston;
    const logged: string[] = [];
    const context: Context = {
        log: (severity, message) => logged.push(`${severity}: ${message}`),
        signal: new AbortController().signal,
        timeoutMs: undefined,
    };

    beforeEach(async () => {
        logged.length = 0;
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
        await environmentVariables.delete(SOLAR, outputs, context);
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

    it("removes an env var that overrides its own, if preflight has found it and force is set", async () => {
        houston.store(SOLAR, [foreign, { key: "AWS_PROFILE", value: "theirs", isSecret: true }]);
        const outputs = plain((await environmentVariables.create(wanted({ takeOver: ["AWS_PROFILE"] }))).outputs);
        assert.equal(stored().AWS_PROFILE, "theirs", "without force");
        await update(wanted({ force: true, takeOver: ["AWS_PROFILE"] }), outputs);
        assert.deepEqual(Object.keys(stored()).sort(), [OWNERS, BACKEND, KWARGS, "COMPANY_TEAM"]);
        assert.deepEqual(houston.stored(SOLAR)[0], foreign);
    });

    it("refuses a reserved name, and an empty secret, for which Houston would keep the stored value", async () => {
        const fernet = environmentVariables.create(wanted({ values: { AIRFLOW__CORE__FERNET_KEY: "x" } }));
        await assert.rejects(fernet, /AIRFLOW__CORE__FERNET_KEY is reserved/);
        await assert.rejects(environmentVariables.create(wanted({ secretValues: { [KWARGS]: "" } })), /is empty/);
        assert.deepEqual(houston.stored(SOLAR), [foreign]);
    });

    it("detects manual changes, and reports no drift without them", async () => {
        await created();
        const read = async (): Promise<unknown> =>
            (await environmentVariables.read(SOLAR, wanted(), wanted(), context))?.inputs.drift;
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
        assert.equal(
            await environmentVariables.read(SOLAR, wanted(), wanted(), context),
            undefined,
            "all env vars were removed",
        );
    });

    it("can be deleted twice", async () => {
        const outputs = await created();
        await environmentVariables.delete(SOLAR, outputs, context);
        await environmentVariables.delete(SOLAR, outputs, context);
        assert.deepEqual(houston.stored(SOLAR), [foreign]);
    });

    describe("of a Deployment that was deleted in Astronomer", () => {
        const DELETED = "ASTRONOMER_DELETED_DEPLOYMENTS";
        const inRefresh = (outputs: Properties) => environmentVariables.read(SOLAR, wanted(), outputs, context);
        const inDestroy = (outputs: Properties) => environmentVariables.delete(SOLAR, outputs, context);
        const both = [inRefresh, inDestroy];
        const LISTED = `info: ${SOLAR} was deleted in Astronomer: its Workspace does not list it any more. Its environment variables were deleted with it`;

        afterEach(() => {
            Reflect.deleteProperty(process.env, DELETED);
        });

        /** Calls Houston with the key of a service account of one Deployment. */
        const withoutWorkspace = (): void => {
            process.env.ASTRONOMER_API_TOKEN = houston.keys.oneDeployment;
        };

        it("are gone, if its Workspace does not list it any more", async () => {
            const outputs = await created();
            await houston.deleteDeployment(SOLAR);
            for (const call of both) {
                assert.equal(await call(outputs), undefined);
            }
            assert.deepEqual(logged, [LISTED, LISTED]);
        });

        it("are gone also after an update and a refresh, which keep the id of the Workspace", async () => {
            const read = await environmentVariables.read(SOLAR, wanted(), await created(), context);
            const outputs = await update(wanted({ values: { A: "b" } }), plain(read?.outputs ?? {}));
            assert.deepEqual(read?.inputs.workspaceUuid, undefined);
            await houston.deleteDeployment(SOLAR);
            await inDestroy(outputs);
            assert.deepEqual(logged, [LISTED]);
        });

        it("are gone for a service account that cannot list the Workspace only if an option says so", async () => {
            const outputs = await created();
            await houston.deleteDeployment(SOLAR);
            withoutWorkspace();
            for (const call of both) {
                await assert.rejects(
                    async () => call(outputs),
                    /permissions.*cannot see its Workspace.*ASTRONOMER_DELETED_DEPLOYMENTS=solar-dust-1234$/,
                );
                process.env[DELETED] = "another";
                await assert.rejects(async () => call(outputs), /ASTRONOMER_DELETED_DEPLOYMENTS=solar-dust-1234$/);
                process.env[DELETED] = `another, ${SOLAR}`;
                assert.equal(await call(outputs), undefined);
                assert.match(
                    logged.pop() ?? "",
                    /^info: solar-dust-1234 was deleted in Astronomer, says ASTRONOMER_DEL/,
                );
                Reflect.deleteProperty(process.env, DELETED);
            }
        });

        it("are gone only for an option if the service account sees another Workspace", async () => {
            const outputs = { ...(await created()), workspaceUuid: "another" };
            await houston.deleteDeployment(SOLAR);
            await assert.rejects(inDestroy(outputs), /cannot see its Workspace/);
        });

        it("are gone with Houston itself only if the option says so", async () => {
            const unreachable = new HoustonError("cannot be reached", {});
            await assert.rejects(whyDeleted(houston.deployment(SOLAR), undefined, unreachable), unreachable);
            process.env[DELETED] = SOLAR;
            const why = await whyDeleted(houston.deployment(SOLAR), undefined, unreachable);
            assert.match(why, /says ASTRONOMER_DELETED_DEPLOYMENTS$/);
        });

        it("are not gone if Houston only refuses, whatever the option says", async () => {
            const outputs = await created();
            process.env.ASTRONOMER_API_TOKEN = houston.keys.viewer;
            await assert.rejects(inDestroy(outputs), /Cannot write .*role Editor or Admin.*its Workspace$/);
            process.env[DELETED] = SOLAR;
            await assert.rejects(inDestroy(outputs), /ASTRONOMER_DELETED_DEPLOYMENTS is wrong: it still exists/);
            assert.equal(stored()[BACKEND], "a.B");
            process.env.ASTRONOMER_API_TOKEN = houston.keys.editor;
            await inDestroy(outputs);
            assert.deepEqual(houston.stored(SOLAR), [foreign], "the option does not matter if Houston answers");
        });
    });
});
