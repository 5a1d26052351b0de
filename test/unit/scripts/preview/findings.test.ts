import assert from "node:assert/strict";
import { vaultPolicy } from "../../../../components/vault/airflow";
import { partsOf } from "../../../../scripts/preview/changes";
import type { Step } from "../../../../scripts/preview/events";
import { findingsOf, type Finding } from "../../../../scripts/preview/findings";
import { component, HASH, movedRecord, OTHER, POLICY, resource, ROLE, root, SECRET_ID } from "./steps";

const policy = (scope?: string) => ({ policy: vaultPolicy({ mount: "secret", kvVersion: 2, scope }, {}) });

/** Returns the findings of a Deployment that exists before and after. */
function findings(...steps: Step[]): readonly Finding[] {
    const [part] = partsOf([component("same", "solar"), ...steps]);
    return findingsOf(part!);
}

describe("a grant", () => {
    it("that is wider is reported with what was added", () => {
        assert.deepEqual(findings(resource("update", POLICY, "solar", "policy", { old: policy("a"), new: policy() })), [
            {
                kind: "widened",
                role: "policy",
                grants: [
                    { action: "read", resource: "secret/data/variables/*" },
                    { action: "read", resource: "secret/data/connections/*" },
                ],
            },
        ]);
    });

    it("that is not wider is not reported", () => {
        const [a, b] = ['path "a/*" { capabilities = ["read", "list"] }', 'path "a/b/*" { capabilities = ["read"] }'];
        assert.deepEqual(
            findings(resource("update", POLICY, "solar", "policy", { old: { policy: a }, new: { policy: b } })),
            [],
        );
        assert.deepEqual(findings(resource("same", POLICY, "solar", "policy")), []);
        assert.deepEqual(findings(resource("delete", POLICY, "solar", "policy", { old: policy() })), []);
    });

    it("of a new Deployment is not reported", () => {
        const [part] = partsOf([
            component("create", "solar"),
            resource("create", POLICY, "solar", "policy", { new: policy() }),
        ]);
        assert.deepEqual(findingsOf(part!), []);
    });

    it("that is new in an existing Deployment is reported, also if it replaces one of another type", () => {
        const created = resource("create", POLICY, "solar", "grant", { hash: OTHER, new: policy("a") });
        assert.equal(findings(created)[0]?.kind, "widened");
        const old = { role: "roles/r", project: "p" };
        const moved = movedRecord("solar", HASH, OTHER);
        for (const op of ["delete", "same"]) {
            const before = resource(op, "gcp:projects/iAMMember:IAMMember", "solar", "grant", { old, new: old });
            assert.equal(findings(created, before, moved)[0]?.kind, "widened");
        }
    });

    it("of another identity is compared with that of the identity that the env vars leave", () => {
        const next = (scope?: string) =>
            resource("create", POLICY, "solar", "policy", { hash: OTHER, new: policy(scope) });
        const moved = movedRecord("solar", HASH, OTHER);
        for (const op of ["same", "delete"]) {
            const before = resource(op, POLICY, "solar", "policy", { old: policy("a"), new: policy("a") });
            assert.deepEqual(findings(before, next("a"), moved), [], "the same grant");
            const [wider, ...others] = findings(before, next(), moved);
            assert.deepEqual([wider?.kind, others], ["widened", []]);
            assert.equal(findings(before, next("a"))[0]?.kind, "widened", "the env vars may hold nothing now");
        }
        const older = resource("same", POLICY, "solar", "policy", {
            hash: "eeeeeeee",
            old: policy("a"),
            new: policy("a"),
        });
        assert.equal(
            findings(older, next("a"), moved)[0]?.kind,
            "widened",
            "retiring, and not the one that they leave",
        );
    });

    it("that is not understood, before or after, is reported as unclear", () => {
        const unsupported = { policy: 'path "a" { policy = "write" }' };
        for (const [old, next] of [
            [unsupported, policy("a")],
            [policy("a"), unsupported],
        ]) {
            assert.equal(
                findings(resource("update", POLICY, "solar", "policy", { old, new: next }))[0]?.kind,
                "unclear",
            );
        }
        assert.deepEqual(
            findings(resource("update", POLICY, "solar", "policy", { old: unsupported, new: unsupported })),
            [],
            "nothing changes",
        );
    });

    it("of an unknown type is reported as unclear, also in a new Deployment", () => {
        const binding = resource("create", "gcp:projects/iAMBinding:IAMBinding", "solar", "more", { new: {} });
        assert.equal(findings(binding)[0]?.kind, "unclear");
        assert.equal(findingsOf(partsOf([component("create", "solar"), binding])[0]!)[0]?.kind, "unclear");
    });

    it("of a policy with the identity's own name is no wider under another identity's name", () => {
        const role = (op: string, hash: string, key: "old" | "new") => {
            const name = `airflow.dev.solar.${hash}`;
            const inputs = { backend: "approle", roleName: name, tokenPolicies: [name] };
            return resource(op, ROLE, "solar", "role", { hash, [key]: inputs });
        };
        const moved = movedRecord("solar", HASH, OTHER);
        const found = findings(
            component("same", "solar"),
            role("same", HASH, "old"),
            role("create", OTHER, "new"),
            moved,
        );
        assert.deepEqual(
            found.map(({ kind }) => kind),
            ["identity-replaced"],
        );
    });

    it("that moves to another identity is reported as unclear, unless the identity was replaced", () => {
        const member = (name: string) => ({ role: "roles/r", project: "p", member: name });
        const type = "gcp:projects/iAMMember:IAMMember";
        const moved = resource("replace", type, "solar", "grant", { old: member("a"), new: member("allUsers") });
        assert.deepEqual(
            findings(moved).map(({ kind }) => kind),
            ["unclear", "trust-unclear"],
        );
        const account = resource("replace", "gcp:serviceaccount/account:Account", "solar", "account");
        assert.deepEqual(
            findings(moved, account).map(({ kind }) => kind),
            ["trust-unclear", "identity-replaced"],
        );
    });
});

describe("a credential", () => {
    const created = resource("create", SECRET_ID, "solar", "secret-id.2");
    const deleted = resource("delete", SECRET_ID, "solar", "secret-id.1");
    const stays = resource("same", SECRET_ID, "solar", "secret-id.1");
    const kinds = (...steps: Step[]): string[] => findings(...steps).map(({ kind }) => kind);

    it("of another generation replaces the old one, which stays or is retired in the same run", () => {
        assert.deepEqual(kinds(created, stays), ["credential-replaced"]);
        assert.deepEqual(kinds(created, deleted), ["credential-replaced", "credential-retired"]);
        assert.deepEqual(kinds(created), []);
    });

    it("is retired if another one stays, and missing otherwise", () => {
        const next = resource("same", SECRET_ID, "solar", "secret-id.2");
        assert.deepEqual(kinds(deleted, next), ["credential-retired"]);
        assert.deepEqual(kinds(deleted), ["credential-deleted"]);
        assert.deepEqual(kinds(stays, next), []);
    });

    it("of another cloud also replaces it", () => {
        const key = resource("create", "aws:iam/accessKey:AccessKey", "solar", "access-key.1", { hash: OTHER });
        assert.deepEqual(kinds(key, stays), ["credential-replaced"]);
        assert.deepEqual(kinds(key, deleted), ["credential-replaced", "credential-retired"]);
    });

    it("that the engine replaces exists all the time, or there is a gap", () => {
        const ops = (...all: string[]) => all.map((op) => resource(op, SECRET_ID, "solar", "secret-id.1"));
        assert.deepEqual(kinds(...ops("create-replacement", "replace", "delete-replaced")), ["credential-replaced"]);
        assert.deepEqual(kinds(...ops("delete-replaced", "replace", "create-replacement")), ["credential-gap"]);
    });

    it("is not reported for a Deployment that is deleted as a whole", () => {
        const [part] = partsOf([component("delete", "solar"), deleted]);
        assert.deepEqual(findingsOf(part!), [{ kind: "removed" }]);
    });

    it("is not reported if the identity is replaced, but the identity is", () => {
        const role = { tokenPolicies: ["p"] };
        assert.deepEqual(kinds(resource("replace", ROLE, "solar", "role", { old: role, new: role })), [
            "identity-replaced",
        ]);
    });

    it("of an identity beside the old one is reported together with the identity", () => {
        const inputs = { tokenPolicies: ["p"] };
        const role = (op: string, hash: string) =>
            resource(op, ROLE, "solar", "role", { hash, ...(op === "create" ? {} : { old: inputs }), new: inputs });
        const next = [role("create", OTHER), resource("create", SECRET_ID, "solar", "secret-id.1", { hash: OTHER })];
        const moved = movedRecord("solar", HASH, OTHER);
        assert.deepEqual(kinds(role("same", HASH), stays, ...next, moved), [
            "credential-replaced",
            "identity-replaced",
        ]);
        assert.deepEqual(kinds(role("delete", HASH), deleted, role("same", OTHER), { ...next[1]!, op: "same" }), [
            "credential-retired",
        ]);
    });
});

describe("an environment variable that is no longer secret", () => {
    it("is reported on Astronomer", () => {
        const old = { secretValues: { A: "[secret]", B: "[secret]" }, values: { C: "c" } };
        const now = { secretValues: { B: "[secret]" }, values: { A: "a", C: "c", D: "d" } };
        const type = "airflow-deployment:astronomer:EnvironmentVariables";
        assert.deepEqual(findings(resource("update", type, "solar", "env", { old, new: now })), [
            { kind: "plain", names: ["A"] },
        ]);
        assert.deepEqual(findings(resource("update", type, "solar", "env", { old: now, new: old })), []);
    });
});

describe("expires", () => {
    const AT = { expires: "2026-12-01T18:00:00Z" };
    const type = "airflow-secrets-backends:index:TestStack";
    const stack = (op: string): Step => ({
        op,
        urn: root,
        type: "pulumi:pulumi:Stack",
        parent: "",
        custom: false,
        properties: [],
    });
    const marker = (op: string, old?: object, next?: object): Step => ({
        ...component(op, "expires", type),
        ...(old === undefined ? {} : { old: { ...old } }),
        ...(next === undefined ? {} : { new: { ...next } }),
    });
    const ofStack = (...steps: Step[]): readonly Finding[] => findingsOf(partsOf(steps)[0]!);

    it("is reported if a stack that exists gets it, also again", () => {
        const finding = [{ kind: "expires", at: AT.expires }];
        assert.deepEqual(ofStack(stack("same"), marker("create", undefined, AT)), finding);
        assert.deepEqual(ofStack(stack("same"), marker("update", {}, AT)), finding);
    });

    it("is not reported for a new stack, a later time, or if it is removed", () => {
        const provider = resource("create", "pulumi:providers:vault", "", "", { name: "default" });
        assert.deepEqual(ofStack(stack("create"), marker("create", undefined, AT), provider), []);
        assert.deepEqual(ofStack(stack("same"), marker("update", { expires: "2026-11-01T00:00:00Z" }, AT)), []);
        assert.deepEqual(ofStack(stack("same"), marker("update", AT, {})), []);
        assert.deepEqual(ofStack(stack("same"), marker("delete", AT)), []);
        assert.deepEqual(ofStack(stack("same"), marker("same")), []);
    });
});
