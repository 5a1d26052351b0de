import assert from "node:assert/strict";
import { resourceTypes } from "../../stack/resources";
import { GOLDEN, INDIGO, PAST, SOLAR, TeardownBed, VIOLET } from "./teardownBed";

describe("teardown after an up that broke off", function () {
    this.timeout(900_000);
    this.slow(120_000);
    this.bail(true);
    let bed: TeardownBed;

    before(async () => {
        bed = await TeardownBed.open();
    });
    after(() => bed.close());

    it("leaves nothing, wherever that was killed", async () => {
        const signs = [
            /TestStack/,
            /policy created/,
            /role creating/,
            /-app created/,
            /AccessKey .* creat/,
            /Patch .* creat/,
        ];
        for (const sign of signs) {
            await bed.stacks.create("pr-1", PAST, bed.deployments(SOLAR, GOLDEN, VIOLET, INDIGO));
            const up = bed.stacks.startUp("pr-1");
            await up.said(sign);
            await up.killAll();
            const { code, all } = await bed.stacks.teardown("--expired");
            assert.equal(code, 0, `killed at ${String(sign)}:\n${all}`);
            await bed.assertNothingLeft();
        }
    });

    it("finds everything whose create was under way, whatever it was", async () => {
        await bed.stacks.up("pr-1", PAST, bed.everyKind());
        const found = new Set<string>();
        // From the env vars on to the vaults: what no other thing needs any more is under way, found, destroyed.
        for (;;) {
            const underWay = await bed.stacks.breakOff("pr-1");
            if (underWay.length === 0) {
                break;
            }
            underWay.forEach(({ type }) => found.add(type));
            await bed.stacks.adopt("pr-1");
            await bed.stacks.destroy("pr-1", underWay);
        }
        const missed = Object.keys(resourceTypes).filter((type) => !found.has(type));
        assert.deepEqual(missed, [], "every type of the stack was under way once");
        const { code, all } = await bed.stacks.teardown("--expired");
        assert.equal(code, 0, all);
        await bed.assertNothingLeft();
    });
});
