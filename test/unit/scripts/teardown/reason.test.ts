import assert from "node:assert/strict";
import { reasonIn } from "../../../../scripts/teardown/reason";
import { assertLinear } from "../../growth";

describe("the reason why a Pulumi command failed", () => {
    it("is the error before the summary", () => {
        const output =
            "Diagnostics:\n  vault:index:Policy (a):\n    error:   Vault answered 403: permission denied\n" +
            "  pulumi:pulumi:Stack (s):\n    error: destroy failed\n";
        assert.equal(reasonIn(output), "Vault answered 403: permission denied");
    });

    it("continues on the next lines after a colon", () => {
        const output = "error: 2 errors occurred:\n    1) the state is not whole\n    2) rerun with --force\n\nelse\n";
        assert.equal(reasonIn(output), "2 errors occurred: 1) the state is not whole 2) rerun with --force");
    });

    it("is the first of several errors, with the number of the others", () => {
        assert.equal(reasonIn("error: a\nerror: b\nerror: a\nerror: c\n"), "a (and 2 more)");
    });

    it("is undefined if Pulumi gives no reason", () => {
        assert.equal(reasonIn("error: update failed\n"), undefined);
        assert.equal(reasonIn("no errors: none\n"), undefined);
    });

    it("is found in a time that grows with the length of the output only", function () {
        this.timeout(60_000);
        assertLinear(reasonIn, ["error: ", "error:", "a:\n  ", "\n ", "\n", " ", ":", "a"]);
    });
});
