import assert from "node:assert/strict";
import { withName } from "../../../../sandbox/providers/kubernetes/secret";

describe("a Secret without a name", () => {
    const nameOf = (old: Record<string, unknown> = {}): string => {
        const { metadata } = withName({ metadata: { namespace: "airflow" } }, { name: "solar-env", old });
        return (metadata as { name: string }).name;
    };

    it("gets its logical name with a random suffix", () => {
        const name = nameOf();
        assert.match(name, /^solar-env-[0-9a-f]{8}$/);
        assert.notEqual(nameOf(), name);
    });

    it("keeps a generated name, but not one that the program set", () => {
        const first = withName({ metadata: {} }, { name: "solar-env", old: {} });
        assert.equal(nameOf(first), (first.metadata as { name: string }).name);
        assert.match(nameOf({ metadata: { name: "chosen" } }), /^solar-env-/);
    });
});
