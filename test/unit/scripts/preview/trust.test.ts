import assert from "node:assert/strict";
import { partsOf } from "../../../../scripts/preview/changes";
import type { Step } from "../../../../scripts/preview/events";
import { findingsOf } from "../../../../scripts/preview/findings";
import { summary } from "../../../../scripts/preview/summary";
import { component, HASH, movedRecord, OTHER, resource, ROLE } from "./steps";

const POD_ROLE = "vault:kubernetes/authBackendRole:AuthBackendRole";

const role = (...boundServiceAccountNames: string[]) => ({
    backend: "kubernetes",
    roleName: "airflow.dev.solar",
    boundServiceAccountNames,
    boundServiceAccountNamespaces: ["airflow"],
    audience: "vault",
});
const subject = (account: string): string =>
    `issuer of auth/kubernetes, subject system:serviceaccount:airflow:${account}, audience vault`;

/** Returns what a preview says about trust in a Deployment. */
const trusts = (op: string, ...steps: Step[]) =>
    findingsOf(partsOf([component(op, "solar"), ...steps])[0]!).filter(({ kind }) => kind.startsWith("trust"));

describe("a login without a stored credential, in a preview", () => {
    const created = (...accounts: string[]) =>
        resource("create", POD_ROLE, "solar", "role", { hash: OTHER, new: role(...accounts) });
    const before = (op: string, ...accounts: string[]) =>
        resource(op, POD_ROLE, "solar", "role", { old: role(...accounts), new: role(...accounts) });
    const moved = movedRecord("solar", HASH, OTHER);

    it("says whom it trusts, also in a Deployment that is new or had a credential", () => {
        const expected = [{ kind: "trusts", whom: [subject("scheduler"), subject("worker")] }];
        assert.deepEqual(trusts("create", created("worker", "scheduler")), expected);
        const key = resource("same", ROLE, "solar", "role");
        assert.deepEqual(trusts("same", created("worker", "scheduler"), key, moved), expected);
        const text = summary("dev", partsOf([component("create", "solar"), created("worker")]));
        assert.match(
            text,
            /\*\*Login without a credential\*\*: `solar` lets these log in.*serviceaccount:airflow:worker/,
        );
    });

    it("says who is trusted in addition to those before, and nothing if nobody is", () => {
        const old = before("same", "worker");
        assert.deepEqual(trusts("same", created("worker"), old, moved), []);
        assert.deepEqual(trusts("same", created("worker", "other"), old, moved), [
            { kind: "trust-widened", whom: [subject("other")] },
        ]);
        assert.deepEqual(trusts("same", before("same", "worker")), []);
        const changed = resource("update", POD_ROLE, "solar", "role", {
            old: role("worker"),
            new: role("any", "worker"),
        });
        assert.deepEqual(trusts("same", changed), [{ kind: "trust-widened", whom: [subject("any")] }]);
    });

    it("asks the reviewer to look where it does not understand whom it trusts", () => {
        assert.deepEqual(trusts("same", created("*")), [{ kind: "trust-unclear", role: "role" }]);
    });
});
