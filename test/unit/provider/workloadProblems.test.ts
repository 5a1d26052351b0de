import assert from "node:assert/strict";
import { ClusterError } from "../../../components/kubernetes/clusterError";
import type { LiveSecret } from "../../../components/kubernetes/secret";
import type { LiveWorkload, ReadableWorkload } from "../../../components/kubernetes/workload";
import { workloadProblems } from "../../../provider/workloadProblems";
import { ownedSecret, VARIABLE, withContainers, withEnv } from "../components/kubernetes/fixture";

const nothing = { problems: [], warnings: [], takeOver: {} };

type Answer<T> = T | ClusterError | undefined;

describe("the function findProblems", () => {
    const workloads = new Map<string, Answer<LiveWorkload>>();
    let secret: Answer<LiveSecret>;
    let configMap: Answer<Record<string, string>>;

    const answer = <T>(found: Answer<T>): Promise<T | undefined> =>
        found instanceof ClusterError ? Promise.reject(found) : Promise.resolve(found);
    const read = ({ kind, name }: ReadableWorkload) => answer(workloads.get(`${kind}/${name}`));
    const cluster = { read, readSecret: () => answer(secret), readConfigMap: () => answer(configMap) };

    beforeEach(() => {
        workloads.clear();
        secret = configMap = undefined;
    });

    const call = (more: object = {}) =>
        workloadProblems(() => cluster).call({
            workloads: [{ kind: "Deployment", name: "scheduler", containers: ["scheduler"] }],
            namespace: "airflow",
            names: [VARIABLE],
            overriddenBy: [{ name: "AWS_PROFILE", effect: "it does harm" }],
            readsConfig: true,
            manager: "ours",
            force: false,
            ...more,
        });
    const problems = async (more: object = {}): Promise<string> => JSON.stringify(await call(more));

    it("finds nothing on a workload without conflicts", async () => {
        workloads.set("Deployment/scheduler", withContainers("scheduler"));
        assert.deepEqual(await call(), nothing);
    });

    it("names the kind of workload that has the name of a missing one, if it may be read", async () => {
        assert.match(await problems(), /List the existing ones/);
        workloads.set("StatefulSet/scheduler", withContainers("scheduler"));
        assert.match(await problems(), /but a StatefulSet of that name: write kind: StatefulSet/);
        workloads.set("StatefulSet/scheduler", new ClusterError("cannot read", 403));
        workloads.set("DaemonSet/scheduler", withContainers("scheduler"));
        assert.match(await problems(), /but a DaemonSet of that name/);
        workloads.set("DaemonSet/scheduler", new ClusterError("cannot read", 403));
        assert.match(await problems(), /List the existing ones/);
        workloads.set("DaemonSet/scheduler", new ClusterError("cannot read", 502));
        assert.deepEqual(await call(), { refusal: "cannot read" });
    });

    it("looks into the ConfigMaps and Secrets that a container takes env vars from", async () => {
        const envFrom = [{ configMapRef: { name: "common" } }, { secretRef: { name: "common" } }];
        const containers = [{ name: "scheduler", envFrom }];
        workloads.set("Deployment/scheduler", { spec: { template: { spec: { containers } } } });
        assert.deepEqual(await call(), nothing);
        configMap = { AWS_PROFILE: "theirs" };
        secret = ownedSecret({ [VARIABLE]: Buffer.from("confidential").toString("base64") }, {});
        const found = await problems();
        assert.match(found, /AWS_PROFILE comes from ConfigMap .*common/);
        assert.match(found, /BACKEND also comes from Secret .*common/);
        assert.doesNotMatch(found, /confidential|theirs/);
        secret = new ClusterError("cannot read it", 403);
        assert.deepEqual(await call(), { refusal: "cannot read it" });
    });

    it("returns what force takes over and removes, by workload and container", async () => {
        const entries = [
            { name: "AWS_PROFILE", value: "a" },
            { name: VARIABLE, value: "b" },
        ];
        workloads.set("Deployment/scheduler", withEnv(entries, "helm"));
        assert.deepEqual(await call({ force: true }), {
            ...nothing,
            takeOver: { "Deployment/scheduler": { scheduler: [VARIABLE, "AWS_PROFILE"] } },
        });
    });

    it("warns of options that Airflow will not find, unless the config has the key for them", async () => {
        const env = ["AIRFLOW__DATABASE__SQL_ALCHEMY_CONN_SECRET", "AIRFLOW__API_AUTH__JWT_SECRET"];
        const entries = env.map((name) => ({ name, value: "a" }));
        const containers = [{ name: "scheduler", env: entries, envFrom: [{ configMapRef: { name: "common" } }] }];
        workloads.set("Deployment/scheduler", { spec: { template: { spec: { containers } } } });
        configMap = { AIRFLOW__CELERY__BROKER_URL_SECRET: "b" };
        const { warnings, problems: found } = (await call({ readsConfig: false })) as typeof nothing;
        assert.deepEqual(found, []);
        assert.deepEqual(warnings, [
            'AIRFLOW__DATABASE__SQL_ALCHEMY_CONN_SECRET, AIRFLOW__CELERY__BROKER_URL_SECRET on container "scheduler" of ' +
                'Deployment "scheduler" in namespace "airflow": Airflow does not find them in the secrets backend, since it ' +
                "does not look for options of its own configuration there, and uses their defaults. Write configPrefix in " +
                "backend, or set the options without _SECRET.",
        ]);
        assert.deepEqual(await call(), nothing);
    });

    it("finds what overrides ours in the Secret for pod templates", async () => {
        workloads.set("Deployment/scheduler", withContainers("scheduler"));
        const encoded = Buffer.from("x").toString("base64");
        secret = ownedSecret(
            { [VARIABLE]: encoded, AWS_PROFILE: encoded },
            { ours: [VARIABLE], helm: ["AWS_PROFILE"] },
        );
        for (const force of [false, true]) {
            assert.match(
                await problems({ podTemplateSecret: "pod-env", force }),
                /Secret .*pod-env.*: AWS_PROFILE was set by .*helm.*, and overrides what this stack sets: it does harm/,
            );
        }
    });
});
