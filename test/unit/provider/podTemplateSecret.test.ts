import assert from "node:assert/strict";
import type { ClusterSecrets } from "../../../components/kubernetes/cluster";
import { ClusterError } from "../../../components/kubernetes/clusterError";
import type { LiveSecret } from "../../../components/kubernetes/secret";
import { podTemplateSecret } from "../../../provider/podTemplateSecret";
import type { Context, Properties } from "../../../provider/resourceType";
import { ownedSecret, OURS, VARIABLE } from "../components/kubernetes/fixture";

/** Tests that need no API server. The others are in test/sandbox/podTemplateSecret.ts. */
describe("the PodTemplateSecret resource", () => {
    const calls: unknown[][] = [];
    let live: LiveSecret | undefined;
    let refusal: Error | undefined;

    const act = (...call: unknown[]): Promise<void> => {
        calls.push(call);
        return refusal === undefined ? Promise.resolve() : Promise.reject(refusal);
    };
    const cluster: ClusterSecrets = {
        readSecret: () => Promise.resolve(live),
        applySecret: (_, uid, data, { fieldManager, force }) => act("apply", uid, data, fieldManager, force),
        deleteSecret: (_, uid) => act("delete", uid),
    };
    const resource = podTemplateSecret(() => cluster);
    const logged: string[] = [];
    const context: Context = {
        log: (severity, message) => logged.push(`${severity}: ${message}`),
        signal: new AbortController().signal,
        timeoutMs: undefined,
    };
    const wanted = (more: Properties = {}): Properties => ({
        namespace: "airflow",
        name: "pod-env",
        values: { [VARIABLE]: "a √" },
        fieldManager: OURS,
        force: false,
        ...more,
    });
    const data = { [VARIABLE]: "YSDiiJo=" };
    const ours = ownedSecret(data, { [OURS]: [VARIABLE] });

    beforeEach(() => {
        calls.length = 0;
        logged.length = 0;
        live = undefined;
        refusal = undefined;
    });

    it("writes the values under its own field manager, and marks each as secret", async () => {
        const { id, outputs } = await resource.create(wanted(), context);
        assert.equal(id, "airflow/pod-env");
        assert.deepEqual(calls, [["apply", undefined, data, OURS, false]]);
        const marked = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", value: "a √" };
        assert.deepEqual(outputs, wanted({ values: { [VARIABLE]: marked } }));
    });

    it("is updated in place, and only as the Secret that was read", async () => {
        live = ours;
        await resource.update?.("airflow/pod-env", wanted({ values: { NEW: "b" } }), wanted(), context);
        assert.deepEqual(calls, [["apply", "uid-1", { NEW: "Yg==" }, OURS, false]]);
    });

    it("is not written over somebody else's Secret, also if it was created a moment ago", async () => {
        const theirs = ownedSecret(data, { helm: [VARIABLE] });
        live = theirs;
        await assert.rejects(resource.create(wanted(), context), /already exists, and is managed by "helm"/);
        assert.deepEqual(calls, []);
        refusal = new ClusterError("409 conflict", 409);
        const race = podTemplateSecret(() => ({
            ...cluster,
            readSecret: () => {
                const found = calls.length === 0 ? undefined : theirs;
                return Promise.resolve(found);
            },
        }));
        await assert.rejects(race.create(wanted(), context), /already exists, and is managed by "helm"/);
    });

    it("is read with what differs, by name, and as gone if none of its entries is there", async () => {
        const read = async () => resource.read("airflow/pod-env", wanted(), wanted(), context);
        assert.equal(await read(), undefined);
        live = ownedSecret({ OTHER: "" }, { helm: ["OTHER"] });
        assert.equal(await read(), undefined);
        live = ours;
        assert.equal((await read())?.inputs.drift, undefined);
        live = ownedSecret({ [VARIABLE]: "dGhlaXJz" }, { "kubectl-edit": [VARIABLE] });
        const found = await read();
        assert.deepEqual(found?.inputs.drift, { [VARIABLE]: 'set to another value by "kubectl-edit"' });
        assert.doesNotMatch(JSON.stringify(found), /dGhlaXJz|theirs/);
    });

    it("is deleted, unless somebody else has entries in it or it is not ours", async () => {
        const remove = () => resource.delete("airflow/pod-env", wanted(), context);
        await remove();
        live = ownedSecret(data, { helm: [VARIABLE] });
        await remove();
        assert.deepEqual(calls, []);
        live = ours;
        await remove();
        live = ownedSecret({ ...data, OTHER: "" }, { [OURS]: [VARIABLE], helm: ["OTHER"] });
        await remove();
        assert.deepEqual(calls, [
            ["delete", "uid-1"],
            ["apply", "uid-1", undefined, OURS, false],
        ]);
    });

    it("cannot be imported by its id", async () => {
        await assert.rejects(
            resource.read("airflow/pod-env", {}, {}, context),
            /^Error: airflow\/pod-env cannot be imported: /,
        );
    });
});
