import assert from "node:assert/strict";
import type * as pulumi from "@pulumi/pulumi";
import { answerError, type Advice } from "../../../components/errorAdvice";
import { Mocks } from "./mocks";

describe("answerError", () => {
    const sign = /in the way/;
    const args = (...errors: string[]) => ({ errors }) as unknown as pulumi.ErrorHookArgs;
    let mended: number;
    const advice = (mend: () => Promise<void>): Advice => ({ sign, say: () => "do something", mend });
    const mendable = advice(() => {
        mended += 1;
        return Promise.resolve();
    });

    beforeEach(async () => {
        mended = 0;
        await Mocks.set();
    });

    it("mends what can be mended and has it tried again, once", async () => {
        assert.equal(await answerError([mendable], args("in the way")), true);
        assert.equal(await answerError([mendable], args("in the way", "another", "in the way")), false);
        assert.equal(mended, 1);
    });

    it("tries again as often as the advice says", async () => {
        const patient = { ...mendable, tries: 2 };
        for (const [seen, goesOn] of [
            [1, true],
            [2, true],
            [3, false],
        ] as const) {
            const errors = Array<string>(seen).fill("in the way");
            assert.equal(await answerError([patient], args(...errors)), goesOn);
        }
    });

    it("mends nothing in a preview", async () => {
        await Mocks.set({ preview: true });
        assert.equal(await answerError([mendable], args("in the way")), false);
        assert.equal(mended, 0);
    });

    it("leaves alone what it does not know, or cannot mend", async () => {
        assert.equal(await answerError([mendable], args("another")), false);
        assert.equal(await answerError([{ sign, say: () => "do something" }], args("in the way")), false);
        assert.equal(
            await answerError([advice(() => Promise.reject(new Error("purge protection")))], args("in the way")),
            false,
        );
        assert.equal(mended, 0);
    });
});
