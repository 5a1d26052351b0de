import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { KubernetesTarget, type KubernetesTargetArgs } from "../../../../components/kubernetes/target";
import type { Current } from "../../../../components/owner";
import { currentOf, IDENTITY, ownerOf } from "../current";
import { Mocks, settled } from "../mocks";

const SECRET = "kubernetes:core/v1:Secret";
const POD_TEMPLATE = "airflow-deployment:kubernetes:PodTemplateSecret";
const PATCH = "airflow-deployment:kubernetes:WorkloadPatch";

const workloads = [
    { kind: "Deployment", name: "solar-scheduler", containers: ["scheduler", "sidecar"] },
    { kind: "StatefulSet", name: "solar-worker", containers: ["worker"] },
] as const;

async function build(args: Partial<KubernetesTargetArgs> = {}, current: Partial<Current> = {}): Promise<Mocks> {
    const mocks = await Mocks.set();
    new KubernetesTarget(currentOf({ owner: ownerOf("solar"), ...current }), {
        namespace: "airflow",
        workloads,
        force: false,
        takeOver: {},
        waitForRollout: true,
        hooks: {},
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

const reference = (key: string): object => ({ secretKeyRef: { name: `solar.${IDENTITY}.env.1-1a2b3c4d`, key } });

describe("KubernetesTarget", () => {
    it("creates one Secret and one patch per workload, as its children", async () => {
        const mocks = await build();
        const parent = "airflow-secrets-backends:index:KubernetesTarget::solar";
        assert.deepEqual(
            // Siblings are registered in no fixed order.
            mocks.registered.map(({ type, name, parent: of }) => [type, name, of]).sort(),
            [
                [PATCH, "solar.env-deployment-solar-scheduler", parent],
                [PATCH, "solar.env-statefulset-solar-worker", parent],
                ["airflow-secrets-backends:index:KubernetesTarget", "solar", ""],
                [SECRET, `solar.${IDENTITY}.env.1`, parent],
            ],
        );
    });

    it("creates another Secret for another credential, and the patches refer to it", async () => {
        const generation = await build({}, { generation: 2 });
        assert.equal(generation.one(SECRET).name, `solar.${IDENTITY}.env.2`);
        const identity = await build({}, { identity: "ffffffff" });
        assert.equal(identity.one(SECRET).name, "solar.ffffffff.env.1");
        const { inputs } = identity.one(PATCH, "solar.env-deployment-solar-scheduler");
        assert.deepEqual((inputs.env as Record<string, object>).AIRFLOW__SECRETS__BACKEND, {
            secretKeyRef: { name: "solar.ffffffff.env.1-1a2b3c4d", key: "AIRFLOW__SECRETS__BACKEND" },
        });
    });

    it("keeps its field manager, although the stack has another name now", async () => {
        const mocks = await build({}, { owner: ownerOf("solar", "first") });
        assert.equal(mocks.one(PATCH, "solar-worker").inputs.fieldManager, "airflow-secrets-backends/first/solar");
    });

    it("stores the values in an immutable, auto-named Secret, all marked secret", async () => {
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

    it("sets one reference per env var on the configured containers, under its own field manager", async () => {
        const { inputs, secrets } = (await build()).one(PATCH, "solar-scheduler");
        assert.deepEqual(inputs, {
            kind: "Deployment",
            namespace: "airflow",
            name: "solar-scheduler",
            containers: ["scheduler", "sidecar"],
            env: {
                AIRFLOW__SECRETS__BACKEND: reference("AIRFLOW__SECRETS__BACKEND"),
                AIRFLOW__SECRETS__BACKEND_KWARGS: reference("AIRFLOW__SECRETS__BACKEND_KWARGS"),
            },
            fieldManager: "airflow-secrets-backends/dev/solar",
            force: false,
            waitForRollout: true,
        });
        assert.deepEqual(secrets, [], "a preview shows the references");
    });

    it("also keeps the env vars in a Secret with a fixed name if pod templates need one, all marked secret", async () => {
        const { name, inputs, secrets } = (await build({ podTemplateSecret: "pod-env" })).one(POD_TEMPLATE);
        assert.equal(name, "solar.env-pod-template");
        assert.deepEqual(inputs, {
            namespace: "airflow",
            name: "pod-env",
            values: {
                AIRFLOW__SECRETS__BACKEND: "a.Class",
                AIRFLOW__SECRETS__BACKEND_KWARGS: '{"secret_id": "s3cr3t √"}',
            },
            fieldManager: "airflow-secrets-backends/dev/solar",
            force: false,
        });
        assert.deepEqual(secrets, ["values"]);
        const rotated = await build({ podTemplateSecret: "pod-env" }, { generation: 2, identity: "ffffffff" });
        assert.equal(rotated.one(POD_TEMPLATE).name, name, "it is updated in place");
    });

    it("asks a patch for what this run takes over or removes, if there is something", async () => {
        const takeOver = { "StatefulSet/solar-worker": { worker: ["AWS_SESSION_TOKEN"] } };
        const mocks = await build({ force: true, takeOver });
        assert.deepEqual(mocks.one(PATCH, "solar-worker").inputs.takeOver, { worker: ["AWS_SESSION_TOKEN"] });
        assert.ok(!("takeOver" in mocks.one(PATCH, "solar-scheduler").inputs));
    });

    it("passes on force and waitForRollout", async () => {
        const { inputs } = (await build({ force: true, waitForRollout: false })).one(PATCH, "solar-worker");
        assert.deepEqual([inputs.kind, inputs.force, inputs.waitForRollout], ["StatefulSet", true, false]);
    });
});
