import assert from "node:assert/strict";
import { named } from "../../../../sandbox/providers/kubernetes/secret";

describe("a Secret without a name", () => {
    const nameOf = (old: Record<string, unknown> = {}): string => {
        const { metadata } = named({ metadata: { namespace: "airflow" } }, { name: "solar-env", old });
        return (metadata as { name: string }).name;
    };

    it("gets its logical name and random characters", () => {
        const name = nameOf();
        assert.match(name, /^solar-env-[0-9a-f]{8}$/);
        assert.notEqual(nameOf(), name);
    });

    it("keeps the name it got, but never one that somebody chose", () => {
        const first = named({ metadata: {} }, { name: "solar-env", old: {} });
        assert.equal(nameOf(first), (first.metadata as { name: string }).name);
        assert.match(nameOf({ metadata: { name: "chosen" } }), /^solar-env-/);
    });
});
