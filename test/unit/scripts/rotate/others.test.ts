import assert from "node:assert/strict";
import { partsOf } from "../../../../scripts/preview/changes";
import type { Step } from "../../../../scripts/preview/events";
import { hasChanges, otherChanges } from "../../../../scripts/rotate/others";
import { component, HASH, movedRecord, OTHER, POLICY, resource, ROLE, SECRET_ID } from "../preview/steps";

const TARGET = "airflow-secrets-backends:index:KubernetesTarget";
const POD_TEMPLATE = "airflow-deployment:kubernetes:PodTemplateSecret";
const PATCH = "airflow-deployment:kubernetes:WorkloadPatch";

const others = (...steps: Step[]): string[] => otherChanges(partsOf([component("same", "solar"), ...steps]));
const secret = (op: string, generation: number) =>
    resource(op, "kubernetes:core/v1:Secret", "solar", `env.${generation}`, {}, TARGET);
const patch = (properties: readonly string[]) =>
    resource("update", PATCH, "solar", "", { name: "solar.env-deployment-scheduler", properties }, TARGET);
const podTemplate = (op: string, properties: readonly string[] = []) =>
    resource(op, POD_TEMPLATE, "solar", "", { name: "solar.env-pod-template", properties }, TARGET);
const role = (op: string, hash = HASH) => resource(op, ROLE, "solar", "role", { hash });

describe("otherChanges", () => {
    it("finds nothing in a rotation, nor in the retirement after it", () => {
        const created = resource("create", SECRET_ID, "solar", "secret-id.2");
        const pods = podTemplate("update", ["values"]);
        assert.deepEqual(others(role("same"), created, secret("create", 2), patch(["env"]), pods), []);
        const deleted = resource("delete", SECRET_ID, "solar", "secret-id.1");
        assert.deepEqual(others(role("same"), deleted, secret("delete", 1)), []);
    });

    it("finds nothing in the retirement of an identity with its place", () => {
        const test = resource("delete", "vault:kv/secretV2:SecretV2", "solar", "test-variable", { hash: "eeeeeeee" });
        assert.deepEqual(others(role("delete", OTHER), role("same"), test), []);
        const grant = (op: string, hash: string) =>
            resource(op, "gcp:projects/iAMMember:IAMMember", "solar", "grant_1", { hash });
        assert.deepEqual(others(grant("delete", OTHER), grant("same", HASH), test), [], "without an account");
    });

    it("accepts an update that only repeats a failed one, and other versions of a provider", () => {
        const provider = { ...resource("update", "pulumi:providers:vault", "solar", "x"), properties: ["version"] };
        assert.deepEqual(others(patch([]), provider), []);
    });

    it("finds another identity, another grant, other containers, deleted test secrets", () => {
        const test = resource("delete", "vault:kv/secretV2:SecretV2", "solar", "test-variable");
        const policy = resource("update", POLICY, "solar", "policy", { properties: ["policy"] });
        const pods = podTemplate("create");
        assert.deepEqual(others(role("create", OTHER), policy, patch(["env", "containers"]), pods, test), [
            `solar: ${PATCH} env-deployment-scheduler is changed`,
            `solar: ${POD_TEMPLATE} env-pod-template is created`,
            `solar: ${POLICY} policy is changed`,
            `solar: ${ROLE} role is created`,
            "solar: vault:kv/secretV2:SecretV2 test-variable is deleted",
        ]);
    });

    it("finds a new Deployment, and one that the config no longer has", () => {
        const created = otherChanges(partsOf([component("create", "solar"), role("create")]));
        const deleted = otherChanges(partsOf([component("delete", "solar"), role("delete")]));
        assert.deepEqual([created.length, deleted.length], [1, 1]);
    });
});

describe("hasChanges", () => {
    it("counts the record of the env vars, with which an overlap begins, and no provider", () => {
        const same = [component("same", "solar"), role("same")];
        assert.equal(hasChanges(partsOf([...same, movedRecord("solar", HASH, HASH)])), false);
        assert.equal(hasChanges(partsOf([...same, movedRecord("solar", HASH, OTHER)])), true);
        assert.equal(hasChanges(partsOf([...same, resource("update", "pulumi:providers:vault", "solar", "x")])), false);
        assert.equal(hasChanges(partsOf([...same, resource("delete", SECRET_ID, "solar", "secret-id.1")])), true);
    });
});
