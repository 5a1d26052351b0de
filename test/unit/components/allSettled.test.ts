import assert from "node:assert/strict";
import { setImmediate } from "node:timers/promises";
import * as pulumi from "@pulumi/pulumi";
import { allSettled } from "../../../components/allSettled";

describe("allSettled", () => {
    const refusal = async (message: string): Promise<never> => {
        await setImmediate();
        throw new pulumi.RunError(message);
    };

    it("returns the values in their order", async () => {
        assert.deepEqual(await allSettled([Promise.resolve(1), Promise.resolve("two")]), [1, "two"]);
    });

    it("reports every RunError, and the same message once", async () => {
        const work = [refusal("Vault refuses"), refusal("no cluster"), refusal("no cluster")];
        await assert.rejects(allSettled(work), (error) => {
            assert.ok(pulumi.RunError.isInstance(error));
            assert.equal(error.message, "Vault refuses\nno cluster");
            return true;
        });
    });

    it("waits for all work before it fails", async () => {
        let finished = false;
        const slow = setImmediate()
            .then(() => setImmediate())
            .then(() => (finished = true));
        await assert.rejects(allSettled([Promise.reject(new pulumi.RunError("refused")), slow]), /refused/);
        assert.ok(finished);
    });

    it("throws another error as it is", async () => {
        const bug = new TypeError("bug");
        await assert.rejects(allSettled([refusal("refused"), Promise.reject(bug)]), (error) => error === bug);
    });
});
