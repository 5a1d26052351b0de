import assert from "node:assert/strict";
import { reasonIn } from "../../../../scripts/teardown/reason";

describe("why a command of Pulumi's failed", () => {
    it("is what stands before its summary", () => {
        const said =
            "Diagnostics:\n  vault:index:Policy (a):\n    error:   Vault answered 403: permission denied\n" +
            "  pulumi:pulumi:Stack (s):\n    error: destroy failed\n";
        assert.equal(reasonIn(said), "Vault answered 403: permission denied");
    });

    it("goes on below a colon", () => {
        const said = "error: 2 errors occurred:\n    1) the state is not whole\n    2) rerun with --force\n\nelse\n";
        assert.equal(reasonIn(said), "2 errors occurred: 1) the state is not whole 2) rerun with --force");
    });

    it("is the first of several, and how many there are", () => {
        assert.equal(reasonIn("error: a\nerror: b\nerror: a\nerror: c\n"), "a (and 2 more)");
    });

    it("is nothing where Pulumi says nothing", () => {
        assert.equal(reasonIn("error: update failed\n"), undefined);
        assert.equal(reasonIn("no errors: none\n"), undefined);
    });
});
