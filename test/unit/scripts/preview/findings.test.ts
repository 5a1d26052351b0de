import assert from "node:assert/strict";
import { vaultPolicy } from "../../../../components/vault/airflow";
import { partsOf } from "../../../../scripts/preview/changes";
import type { Step } from "../../../../scripts/preview/events";
import { findingsOf, type Finding } from "../../../../scripts/preview/findings";
import { component, POLICY, resource, ROLE, SECRET_ID } from "./steps";

const policy = (scope?: string) => ({ policy: vaultPolicy({ mount: "secret", kvVersion: 2, scope }) });

/** Of a Deployment that is there before and after. */
function findings(...steps: Step[]): readonly Finding[] {
    const [part] = partsOf([component("same", "solar"), ...steps]);
    return findingsOf(part!);
}

describe("a grant", () => {
    it("that is wider stands out with what is added", () => {
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

    it("that is no wider does not", () => {
        const [a, b] = ['path "a/*" { capabilities = ["read", "list"] }', 'path "a/b/*" { capabilities = ["read"] }'];
        assert.deepEqual(
            findings(resource("update", POLICY, "solar", "policy", { old: { policy: a }, new: { policy: b } })),
            [],
        );
        assert.deepEqual(findings(resource("same", POLICY, "solar", "policy")), []);
        assert.deepEqual(findings(resource("delete", POLICY, "solar", "policy", { old: policy() })), []);
    });

    it("of a new Deployment is not wider than anything", () => {
        const [part] = partsOf([
            component("create", "solar"),
            resource("create", POLICY, "solar", "policy", { new: policy() }),
        ]);
        assert.deepEqual(findingsOf(part!), []);
    });

    it("that comes to a Deployment stands out, also in place of one of another type", () => {
        const created = resource("create", POLICY, "solar", "grant", { new: policy("a") });
        assert.equal(findings(created)[0]?.kind, "widened");
        const old = { role: "roles/r", project: "p" };
        const gone = resource("delete", "gcp:projects/iAMMember:IAMMember", "solar", "grant", { old });
        assert.equal(findings(created, gone)[0]?.kind, "widened");
        const same = resource("delete", POLICY, "solar", "grant", { old: policy("a") }, "other:index:Backend");
        assert.deepEqual(findings({ ...created }, { ...same, parent: created.parent }), []);
    });

    it("that is not understood has to be looked at, before or after", () => {
        const odd = { policy: 'path "a" { policy = "write" }' };
        for (const [old, next] of [
            [odd, policy("a")],
            [policy("a"), odd],
        ]) {
            assert.equal(
                findings(resource("update", POLICY, "solar", "policy", { old, new: next }))[0]?.kind,
                "unclear",
            );
        }
        assert.deepEqual(
            findings(resource("update", POLICY, "solar", "policy", { old: odd, new: odd })),
            [],
            "nothing changes",
        );
    });

    it("of an unknown type has to be looked at, in a new Deployment too", () => {
        const binding = resource("create", "gcp:projects/iAMBinding:IAMBinding", "solar", "more", { new: {} });
        assert.equal(findings(binding)[0]?.kind, "unclear");
        assert.equal(findingsOf(partsOf([component("create", "solar"), binding])[0]!)[0]?.kind, "unclear");
    });

    it("that goes to somebody else has to be looked at, unless the identity is a new one", () => {
        const member = (name: string) => ({ role: "roles/r", project: "p", member: name });
        const type = "gcp:projects/iAMMember:IAMMember";
        const moved = resource("replace", type, "solar", "grant", { old: member("a"), new: member("allUsers") });
        assert.deepEqual(
            findings(moved).map(({ kind }) => kind),
            ["unclear"],
        );
        const account = resource("replace", "gcp:serviceaccount/account:Account", "solar", "account");
        assert.deepEqual(
            findings(moved, account).map(({ kind }) => kind),
            ["identity-replaced"],
        );
    });
});

describe("a credential", () => {
    const made = resource("create", SECRET_ID, "solar", "secret-id-2");
    const gone = resource("delete", SECRET_ID, "solar", "secret-id-1");
    const kinds = (...steps: Step[]): string[] => findings(...steps).map(({ kind }) => kind);

    it("of another generation takes the place of the old one", () => {
        assert.deepEqual(kinds(made, gone), ["credential-replaced"]);
        assert.deepEqual(kinds(gone), ["credential-deleted"]);
        assert.deepEqual(kinds(made), []);
    });

    it("of another cloud does too", () => {
        assert.deepEqual(kinds(resource("create", "aws:iam/accessKey:AccessKey", "solar", "access-key-1"), gone), [
            "credential-replaced",
        ]);
    });

    it("that the engine replaces is there all the time, or not", () => {
        const ops = (...all: string[]) => all.map((op) => resource(op, SECRET_ID, "solar", "secret-id-1"));
        assert.deepEqual(kinds(...ops("create-replacement", "replace", "delete-replaced")), ["credential-replaced"]);
        assert.deepEqual(kinds(...ops("delete-replaced", "replace", "create-replacement")), ["credential-gap"]);
    });

    it("is nothing to look at in a Deployment that comes or goes as a whole", () => {
        const [part] = partsOf([component("delete", "solar"), gone]);
        assert.deepEqual(findingsOf(part!), [{ kind: "removed" }]);
    });

    it("is another's when the identity is replaced", () => {
        const role = { tokenPolicies: ["p"] };
        assert.deepEqual(kinds(resource("replace", ROLE, "solar", "role", { old: role, new: role })), [
            "identity-replaced",
        ]);
    });
});

describe("an environment variable that is secret no longer", () => {
    it("stands out on Astronomer", () => {
        const old = { secretValues: { A: "[secret]", B: "[secret]" }, values: { C: "c" } };
        const now = { secretValues: { B: "[secret]" }, values: { A: "a", C: "c", D: "d" } };
        const type = "airflow-deployment:astronomer:EnvironmentVariables";
        assert.deepEqual(findings(resource("update", type, "solar", "env", { old, new: now })), [
            { kind: "plain", names: ["A"] },
        ]);
        assert.deepEqual(findings(resource("update", type, "solar", "env", { old: now, new: old })), []);
    });
});
