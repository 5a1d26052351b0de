import assert from "node:assert/strict";
import { secret } from "../../../../sandbox/providers/kubernetes/secret";

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
