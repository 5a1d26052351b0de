import assert from "node:assert/strict";
import { wiredEnv, type Cluster, type Container } from "../../../../sandbox/verify/kubernetesEnv";
import type { StackTarget } from "../../../../sandbox/verify/stackDeployments";

const variables = [
    { name: "AIRFLOW__SECRETS__BACKEND", secret: false },
    { name: "AIRFLOW__SECRETS__BACKEND_KWARGS", secret: true },
];
const target: StackTarget = {
    kind: "kubernetes",
    namespace: "airflow",
    workloads: [
        { kind: "Deployment", name: "scheduler", containers: ["scheduler"] },
        { kind: "StatefulSet", name: "worker", containers: ["worker"] },
    ],
};
const values = {
    AIRFLOW__SECRETS__BACKEND: "some.Backend",
    AIRFLOW__SECRETS__BACKEND_KWARGS: '{"secret_id": "s3cr3t"}',
};

const reference = (secret: string, name: string) => ({
    name,
    valueFrom: { secretKeyRef: { name: secret, key: name } },
});

function container(name: string, secret = "env-1"): Container {
    return {
        name,
        env: [{ name: "SOMEBODY_ELSES", value: "1" }, ...variables.map((each) => reference(secret, each.name))],
    };
}

function cluster(
    containers: Record<string, Container[]>,
    secrets: Record<string, Record<string, string>> = { "env-1": values },
): Cluster {
    return {
        containers: (_, { name }) => Promise.resolve(containers[name]),
        secret: (_, name) => Promise.resolve(secrets[name]),
    };
}

describe("wiredEnv", () => {
    it("returns the env vars that every container would get", async () => {
        const wired = await wiredEnv(
            cluster({
                scheduler: [container("git-sync", "env-9"), container("scheduler")],
                worker: [container("worker")],
            }),
            target,
            variables,
        );
        assert.deepEqual(wired, { values, outcome: { ok: true, detail: "2 env vars on 2 containers" } });
    });

    const failures: [title: string, cluster: Cluster, detail: string][] = [
        [
            "a missing workload",
            cluster({ scheduler: [container("scheduler")] }),
            "namespace airflow: StatefulSet worker does not exist",
        ],
        [
            "a missing container",
            cluster({ scheduler: [container("scheduler")], worker: [container("log-groomer")] }),
            "namespace airflow: StatefulSet worker has no container worker",
        ],
        [
            "an env var that one container lacks",
            cluster({
                scheduler: [container("scheduler")],
                worker: [{ name: "worker", env: container("worker").env!.slice(0, 2) }],
            }),
            "namespace airflow: AIRFLOW__SECRETS__BACKEND_KWARGS is not set: StatefulSet worker (worker)",
        ],
        [
            "a literal value",
            cluster({
                scheduler: [container("scheduler")],
                worker: [{ name: "worker", env: Object.entries(values).map(([name, value]) => ({ name, value })) }],
            }),
            "namespace airflow: AIRFLOW__SECRETS__BACKEND is not a reference to a Secret: StatefulSet worker (worker); " +
                "AIRFLOW__SECRETS__BACKEND_KWARGS is not a reference to a Secret: StatefulSet worker (worker)",
        ],
        [
            "a key that the Secret lacks, reported once for all containers",
            cluster(
                { scheduler: [container("scheduler")], worker: [container("worker")] },
                { "env-1": { AIRFLOW__SECRETS__BACKEND: "some.Backend" } },
            ),
            "namespace airflow: AIRFLOW__SECRETS__BACKEND_KWARGS refers to key AIRFLOW__SECRETS__BACKEND_KWARGS, " +
                "which Secret env-1 does not have: Deployment scheduler (scheduler), StatefulSet worker (worker)",
        ],
    ];
    for (const [title, fake, detail] of failures) {
        it(`fails on ${title}`, async () => {
            assert.deepEqual((await wiredEnv(fake, target, variables)).outcome, { ok: false, detail });
        });
    }

    it("returns no value for an env var that differs between containers, and does not reveal the values", async () => {
        const wired = await wiredEnv(
            cluster(
                { scheduler: [container("scheduler")], worker: [container("worker", "env-2")] },
                { "env-1": values, "env-2": { ...values, AIRFLOW__SECRETS__BACKEND_KWARGS: "{}" } },
            ),
            target,
            variables,
        );
        assert.deepEqual(wired, {
            values: { AIRFLOW__SECRETS__BACKEND: "some.Backend" },
            outcome: {
                ok: false,
                detail: "namespace airflow: AIRFLOW__SECRETS__BACKEND_KWARGS has different values in different containers",
            },
        });
    });

    it("fails for a target without workloads", async () => {
        assert.equal((await wiredEnv(cluster({}), { ...target, workloads: [] }, variables)).outcome.ok, false);
    });
});
