import assert from "node:assert/strict";
import type * as pulumi from "@pulumi/pulumi";
import { handleError, type ErrorAdvice } from "../../../components/errorAdvice";
import { Mocks } from "./mocks";

describe("handleError", () => {
    const matches = /name is taken/;
    const args = (...errors: string[]) => ({ errors }) as unknown as pulumi.ErrorHookArgs;
    let fixes: number;
    const advice = (fix: () => Promise<void>): ErrorAdvice => ({ matches, message: () => "do something", fix });
    const fixable = advice(() => {
        fixes += 1;
        return Promise.resolve();
    });

    beforeEach(async () => {
        fixes = 0;
        await Mocks.set();
    });

    it("fixes a fixable error and retries once", async () => {
        assert.equal(await handleError([fixable], args("name is taken")), true);
        assert.equal(await handleError([fixable], args("name is taken", "another", "name is taken")), false);
        assert.equal(fixes, 1);
    });

    it("retries as often as the advice says", async () => {
        const patient = { ...fixable, attempts: 2 };
        for (const [occurrences, retries] of [
            [1, true],
            [2, true],
            [3, false],
        ] as const) {
            const errors = Array<string>(occurrences).fill("name is taken");
            assert.equal(await handleError([patient], args(...errors)), retries);
        }
    });

    it("fixes nothing in a preview", async () => {
        await Mocks.set({ preview: true });
        assert.equal(await handleError([fixable], args("name is taken")), false);
        assert.equal(fixes, 0);
    });

    it("does not retry an unknown error, or one that it cannot fix", async () => {
        assert.equal(await handleError([fixable], args("another")), false);
        assert.equal(await handleError([{ matches, message: () => "do something" }], args("name is taken")), false);
        assert.equal(
            await handleError([advice(() => Promise.reject(new Error("purge protection")))], args("name is taken")),
            false,
        );
        assert.equal(fixes, 0);
    });
});
