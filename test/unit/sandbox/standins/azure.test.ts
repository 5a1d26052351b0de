import assert from "node:assert/strict";
import { OneChangeAtATime } from "../../../../sandbox/standins/azure/oneChange";

describe("the stand-in for Azure Resource Manager", () => {
    it("accepts one change of a vault at a time, and changes of other vaults in parallel", async () => {
        const changes = new OneChangeAtATime();
        const first = changes.make("Vault", () => "first");
        await assert.rejects(
            changes.make("vault", () => "second"),
            { status: 409, code: "ConflictError", message: /changed from the point the operation began/ },
        );
        assert.equal(await changes.make("another", () => "another"), "another");
        assert.equal(await first, "first");
        assert.equal(await changes.make("vault", () => "third"), "third");
    });

    it("accepts the next change after a change that failed", async () => {
        const changes = new OneChangeAtATime();
        await assert.rejects(
            changes.make("vault", () => {
                throw new Error("refused");
            }),
            /refused/,
        );
        assert.equal(await changes.make("vault", () => "made"), "made");
    });
});
