import assert from "node:assert/strict";
import { prune } from "../../../../sandbox/providers/kubernetes/prune";
import { missingFor } from "../../../../sandbox/providers/kubernetes/rollout";
import { secret } from "../../../../sandbox/providers/kubernetes/secret";

describe("prune", () => {
    const env = [{ name: "A", value: "", valueFrom: { secretKeyRef: { name: "s-1", key: "A" } } }];
    const wanted = { containers: [{ name: "scheduler", env }] };

    it("leaves what is live as it was wanted, whatever else is live, and takes an empty text for one left out", () => {
        const live = {
            replicas: 3,
            containers: [
                { name: "sidecar" },
                {
                    name: "scheduler",
                    image: "airflow",
                    env: [
                        { name: "X", value: "theirs" },
                        { name: "A", valueFrom: { secretKeyRef: { name: "s-1", key: "A" } } },
                    ],
                },
            ],
        };
        assert.deepEqual(prune(wanted, live), wanted);
    });

    it("drops what is gone and shows what is different", () => {
        const without = { containers: [{ name: "scheduler", env: [{ name: "X" }] }] };
        assert.deepEqual(prune(wanted, without), { containers: [{ name: "scheduler", env: [] }] });
        assert.deepEqual(prune(wanted, { containers: [] }), { containers: [] });
        const literal = { containers: [{ name: "scheduler", env: [{ name: "A", value: "theirs" }] }] };
        assert.deepEqual(prune(wanted, literal), {
            containers: [{ name: "scheduler", env: [{ name: "A", value: "theirs" }] }],
        });
    });
});

describe("missingFor", () => {
    const workload = { metadata: { generation: 2 }, spec: { replicas: 2 } };
    const status = { observedGeneration: 2, replicas: 2, updatedReplicas: 2, readyReplicas: 2 };

    it("finds nothing missing when every pod is new and ready", () => {
        assert.equal(missingFor({ ...workload, status }), undefined);
    });

    it("says what a rollout waits for", () => {
        const of = (part: object): string | undefined => missingFor({ ...workload, status: { ...status, ...part } });
        assert.match(of({ observedGeneration: 1 }) ?? "", /controller has not seen/);
        assert.match(of({ updatedReplicas: 1 }) ?? "", /1 of 2 pods have the new template/);
        assert.match(of({ replicas: 3 }) ?? "", /new template/);
        assert.match(of({ readyReplicas: 0 }) ?? "", /0 of 2 pods are ready/);
    });
});

describe("a Secret without a name", () => {
    const check = (inputs: Record<string, unknown>, old?: Record<string, unknown>): { name: string } => {
        const checked = secret.check?.(inputs, { name: "solar-env", old });
        return checked?.metadata as { name: string };
    };
    const inputs = { metadata: { namespace: "airflow" } };

    it("gets its logical name and random characters", () => {
        const { name } = check(inputs);
        assert.match(name, /^solar-env-[0-9a-f]{8}$/);
        assert.notEqual(check(inputs).name, name);
    });

    it("keeps the name it got, but never one that somebody chose", () => {
        const first = { metadata: check(inputs) };
        assert.equal(check(inputs, first).name, first.metadata.name);
        assert.match(check(inputs, { metadata: { name: "chosen" } }).name, /^solar-env-/);
    });
});
