import assert from "node:assert/strict";
import { partsOf } from "../../../../scripts/preview/changes";
import type { Step } from "../../../../scripts/preview/events";
import { component, HASH, movedRecord, OTHER, POLICY, resource, root, SECRET_ID } from "./steps";

const rootStack: Step = {
    op: "same",
    urn: root,
    type: "pulumi:pulumi:Stack",
    parent: "",
    custom: false,
    properties: [],
};
const kindsOf = (steps: readonly Step[]): string[] =>
    partsOf(steps).flatMap(({ changes }) => changes.map(({ kind }) => kind));

describe("the engine's steps", () => {
    it("belong to the Deployment that their component is named after, sorted by name", () => {
        const parts = partsOf([
            rootStack,
            component("create", "solar"),
            resource("create", POLICY, "solar", "policy"),
            component("same", "lunar"),
            resource("same", POLICY, "lunar", "policy"),
        ]);
        assert.deepEqual(
            parts.map(({ deployment, whole, backends, changes }) => [
                deployment,
                whole,
                backends,
                changes.map(({ role }) => role),
            ]),
            [
                [undefined, undefined, [], []],
                ["lunar", undefined, ["vault"], ["policy"]],
                ["solar", "created", ["vault"], ["policy"]],
            ],
        );
    });

    it("belong to it at any depth, even with colons in their names", () => {
        const outer = resource("create", "a:b:Outer", "solar", "outer");
        const inner: Step = {
            ...outer,
            urn: `${outer.urn.split("::").slice(0, 3).join("::")}$a:b:C::x::y`,
            parent: outer.urn,
        };
        const [solar] = partsOf([inner, outer, component("same", "solar")]);
        assert.equal(solar?.deployment, "solar");
        assert.deepEqual(
            solar.changes.map(({ role }) => role),
            ["outer", "x::y"],
        );
    });

    it("have a role, which is the same for each identity, and the identity's hash", () => {
        const [solar] = partsOf([
            component("same", "solar"),
            resource("same", POLICY, "solar", "policy"),
            resource("create", POLICY, "solar", "policy", { hash: OTHER }),
            resource("create", SECRET_ID, "solar", "secret-id.2", { hash: OTHER }),
            resource("update", "a:b:C", "solar", "", { name: "solar.vault" }),
        ]);
        assert.deepEqual(
            solar?.changes.map(({ role, hash }) => `${role} ${hash ?? "none"}`).sort(),
            [`policy ${HASH}`, `policy ${OTHER}`, `secret-id.2 ${OTHER}`, "vault none"].sort(),
        );
    });

    it("say which identity the env vars leave, and do not contain the records", () => {
        const of = (...steps: Step[]) => partsOf([component("same", "solar"), ...steps]);
        const [solar, ...others] = of(movedRecord("solar", HASH, OTHER), movedRecord("lunar", OTHER, HASH));
        assert.deepEqual(others, []);
        assert.deepEqual([solar?.movesFrom, solar?.changes], [HASH, []]);
        const unreadable = { ...movedRecord("solar", HASH, OTHER), old: { input: "[secret]" } };
        assert.equal(of(unreadable)[0]?.movesFrom, undefined);
        assert.equal(of()[0]?.movesFrom, undefined);
    });

    it("include the change of expires, which belongs to no Deployment", () => {
        const [stack, ...others] = partsOf([
            rootStack,
            component("update", "expires", "airflow-secrets-backends:index:TestStack"),
        ]);
        assert.deepEqual(others, []);
        assert.equal(stack?.deployment, undefined);
        assert.deepEqual(
            stack?.changes.map(({ role, kind }) => [role, kind]),
            [["expires", "changed"]],
        );
    });

    it("belong to the stack if no ancestor is a Deployment", () => {
        const provider = { ...resource("update", "pulumi:providers:vault", "default", "7_8_0"), parent: root };
        const urn = "urn:pulumi:dev::airflow-secrets-backends::pulumi:providers:vault::default_7_8_0";
        const [stack] = partsOf([{ ...provider, urn }]);
        assert.equal(stack?.deployment, undefined);
        assert.deepEqual(
            stack?.changes.map(({ role, kind }) => [role, kind]),
            [["default_7_8_0", "changed"]],
        );
    });

    it("show both kinds if the kind of backend changes", () => {
        const [solar] = partsOf([
            component("create", "solar", "airflow-secrets-backends:index:SecretsManagerBackend"),
            component("same", "solar", "airflow-secrets-backends:index:KubernetesTarget"),
            component("delete", "solar"),
        ]);
        assert.deepEqual(solar?.backends, ["aws-secrets-manager", "vault"]);
        assert.equal(solar.whole, undefined);
    });

    it("result in one change per resource", () => {
        const of = (...ops: string[]): string[] => kindsOf(ops.map((op) => resource(op, POLICY, "solar", "policy")));
        assert.deepEqual(of("create"), ["created"]);
        assert.deepEqual(of("import"), ["created"]);
        assert.deepEqual(of("update"), ["changed"]);
        assert.deepEqual(of("create-replacement", "replace", "delete-replaced"), ["replaced"]);
        assert.deepEqual(of("delete"), ["deleted"]);
        assert.deepEqual(of("same"), ["same"]);
        assert.deepEqual(of("read"), ["same"]);
        assert.deepEqual(of("delete-replaced", "same"), ["deleted"], "left by an interrupted up");
        assert.deepEqual(of("something-new"), ["changed"]);
    });

    it("show whether the old resource is deleted first", () => {
        const of = (...ops: string[]) =>
            partsOf(ops.map((op) => resource(op, SECRET_ID, "solar", "secret-id.1")))[0]?.changes[0]?.deletedFirst;
        assert.equal(of("create-replacement", "replace", "delete-replaced"), false);
        assert.equal(of("delete-replaced", "replace", "create-replacement"), true);
        assert.equal(of("delete"), false);
    });
});
