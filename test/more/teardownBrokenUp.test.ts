import assert from "node:assert/strict";
import { resourceTypes } from "../../stack/resources";
import { chooseFaults } from "../sandbox/faults";
import { GOLDEN, INDIGO, PAST, SOLAR, TeardownBed, VIOLET } from "../sandbox/teardownBed";

describe("teardown after an interrupted up", function () {
    this.timeout(900_000);
    this.slow(120_000);
    this.bail(true);
    let bed: TeardownBed;

    before(async () => {
        bed = await TeardownBed.open();
    });
    after(() => bed.close());

    const { faults, choice } = chooseFaults([
        /TestStack/,
        /policy created/,
        /role creating/,
        /\.app created/,
        /AccessKey .* creat/,
        /Patch .* creat/,
    ]);

    it(`leaves nothing, wherever the up was killed (${choice})`, async () => {
        for (const pattern of faults) {
            await bed.stacks.create("pr-1", PAST, bed.deployments(SOLAR, GOLDEN, VIOLET, INDIGO));
            const up = bed.stacks.startUp("pr-1");
            await up.waitForOutput(pattern);
            await up.killAll();
            await bed.stacks.ageLocks("pr-1");
            const { code, all } = await bed.stacks.teardown("--expired");
            assert.equal(code, 0, `killed at ${String(pattern)}:\n${all}`);
            await bed.assertNothingLeft();
        }
    });

    it("finds every type of resource whose create was interrupted", async () => {
        await bed.stacks.up("pr-1", PAST, bed.everyKind());
        const found = new Set<string>();
        // From the env vars to the vaults: each round interrupts the creates of all resources that nothing depends on,
        // then adopts and destroys these resources.
        for (;;) {
            const interrupted = await bed.stacks.interruptCreates("pr-1");
            if (interrupted.length === 0) {
                break;
            }
            interrupted.forEach(({ type }) => found.add(type));
            await bed.stacks.adopt("pr-1");
            await bed.stacks.destroy("pr-1", interrupted);
        }
        const missed = Object.keys(resourceTypes).filter((type) => !found.has(type));
        assert.deepEqual(missed, [], "the create of every type of the stack was interrupted once");
        const { code, all } = await bed.stacks.teardown("--expired");
        assert.equal(code, 0, all);
        await bed.assertNothingLeft();
    });
});
