import assert from "node:assert/strict";
import { readEnvSources, sourcedVariables } from "../../../../components/kubernetes/envSources";
import type { LiveContainer, LiveWorkload } from "../../../../components/kubernetes/workload";

const envFrom = [
    { configMapRef: { name: "common" } },
    { secretRef: { name: "common" }, prefix: "P_" },
    { secretRef: { name: "gone" } },
    {},
];
const scheduler: LiveContainer = { name: "scheduler", envFrom };
const live: LiveWorkload = {
    spec: {
        template: { spec: { containers: [scheduler, { name: "sidecar", envFrom: [{ secretRef: { name: "x" } }] }] } },
    },
};

describe("the sources of a container's env vars", () => {
    it("are read once each, and only those of the containers that get env vars", async () => {
        const read: string[] = [];
        const sources = await readEnvSources(
            {
                readSecret: ({ namespace, name }) => {
                    read.push(`Secret ${namespace}/${name}`);
                    const data = { KEY: Buffer.from("välue").toString("base64") };
                    return Promise.resolve(name === "gone" ? undefined : { data });
                },
                readConfigMap: ({ namespace, name }) => {
                    read.push(`ConfigMap ${namespace}/${name}`);
                    return Promise.resolve({ PLAIN: "text" });
                },
            },
            "airflow",
            {
                spec: {
                    template: {
                        spec: {
                            containers: [...live.spec!.template!.spec!.containers!, { ...scheduler, name: "again" }],
                        },
                    },
                },
            },
            ["scheduler", "again"],
        );
        assert.deepEqual(read.sort(), ["ConfigMap airflow/common", "Secret airflow/common", "Secret airflow/gone"]);
        assert.deepEqual(sourcedVariables(scheduler, sources), [
            { name: "PLAIN", value: "text", source: { kind: "ConfigMap", name: "common" } },
            { name: "P_KEY", value: "välue", source: { kind: "Secret", name: "common" } },
        ]);
    });

    it("are none without envFrom, and none that was not read", () => {
        assert.deepEqual(sourcedVariables({ name: "scheduler" }, new Map()), []);
        assert.deepEqual(sourcedVariables(scheduler, new Map()), []);
    });
});
