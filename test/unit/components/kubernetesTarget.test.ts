import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { KubernetesTarget, type KubernetesTargetArgs } from "../../../components/kubernetesTarget";
import { Mocks, settled } from "./mocks";

const SECRET = "kubernetes:core/v1:Secret";
const DEPLOYMENT = "kubernetes:apps/v1:DeploymentPatch";
const STATEFUL_SET = "kubernetes:apps/v1:StatefulSetPatch";

const workloads = [
    { kind: "Deployment", name: "solar-scheduler", containers: ["scheduler", "sidecar"] },
    { kind: "StatefulSet", name: "solar-worker", containers: ["worker"] },
] as const;

async function build(args: Partial<KubernetesTargetArgs> = {}): Promise<Mocks> {
    const mocks = await Mocks.set();
    new KubernetesTarget("solar", {
        namespace: "airflow",
        workloads,
        force: false,
        waitForRollout: true,
        env: [
            { name: "AIRFLOW__SECRETS__BACKEND", secret: false, value: pulumi.output("a.Class") },
            {
                name: "AIRFLOW__SECRETS__BACKEND_KWARGS",
                secret: true,
                value: pulumi.secret('{"secret_id": "s3cr3t √"}'),
            },
        ],
        ...args,
    });
    await settled();
    return mocks;
}

const entry = (name: string): object => ({
    name,
    value: "",
    valueFrom: { secretKeyRef: { name: "solar-env-1a2b3c4d", key: name } },
});

describe("KubernetesTarget", () => {
    it("makes one Secret and one patch a workload, all below itself", async () => {
        const mocks = await build();
        const parent = "airflow-secrets-backends:index:KubernetesTarget::solar";
        assert.deepEqual(
            // Siblings are registered in any order.
            mocks.registered.map(({ type, name, parent: of }) => [type, name, of]).sort(),
            [
                ["airflow-secrets-backends:index:KubernetesTarget", "solar", ""],
                [DEPLOYMENT, "solar-env-deployment-solar-scheduler", parent],
                [STATEFUL_SET, "solar-env-statefulset-solar-worker", parent],
                [SECRET, "solar-env", parent],
            ],
        );
    });

    it("keeps the values in an immutable Secret without a name of its own, all of them secret", async () => {
        const { inputs, secrets } = (await build()).one(SECRET);
        assert.deepEqual(inputs, {
            apiVersion: "v1",
            kind: "Secret",
            metadata: { namespace: "airflow" },
            immutable: true,
            type: "Opaque",
            data: {
                AIRFLOW__SECRETS__BACKEND: Buffer.from("a.Class").toString("base64"),
                AIRFLOW__SECRETS__BACKEND_KWARGS: Buffer.from('{"secret_id": "s3cr3t √"}').toString("base64"),
            },
        });
        assert.deepEqual(secrets, ["data"]);
    });

    it("sends each container its env entries, by reference, under a field manager of its own", async () => {
        const { inputs, additionalSecretOutputs } = (await build()).one(DEPLOYMENT);
        const env = [entry("AIRFLOW__SECRETS__BACKEND"), entry("AIRFLOW__SECRETS__BACKEND_KWARGS")];
        const containers = [
            { name: "scheduler", env },
            { name: "sidecar", env },
        ];
        assert.deepEqual(inputs, {
            apiVersion: "apps/v1",
            kind: "Deployment",
            metadata: {
                namespace: "airflow",
                name: "solar-scheduler",
                annotations: { "pulumi.com/patchFieldManager": "airflow-secrets-backends-dev-solar" },
            },
            spec: { template: { spec: { containers } } },
        });
        assert.deepEqual(additionalSecretOutputs, ["metadata", "spec"]);
    });

    it("asks the provider for force and for no waiting only when told to", async () => {
        const { inputs } = (await build({ force: true, waitForRollout: false })).one(STATEFUL_SET);
        assert.deepEqual((inputs.metadata as { annotations: object }).annotations, {
            "pulumi.com/patchFieldManager": "airflow-secrets-backends-dev-solar",
            "pulumi.com/patchForce": "true",
            "pulumi.com/skipAwait": "true",
        });
    });
});
