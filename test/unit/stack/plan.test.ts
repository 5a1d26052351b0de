import assert from "node:assert/strict";
import * as fc from "fast-check";
import { credentialTitle } from "../../../components/names";
import { isSameCredential, type CredentialId } from "../../../components/owner";
import { plan, type Found, type Plan, type Wanted } from "../../../stack/plan";
import type { MovedRecord } from "../../../stack/records";

const DAY = 86_400_000;
const START = Date.parse("2026-01-01T00:00:00.000Z");
const nothing: Found = { made: undefined, moved: undefined, living: [] };
const wanted: Wanted = { identity: "aaaaaaaa", everyMs: 20 * DAY, overlapMs: DAY };

const at = (days: number): Date => new Date(START + days * DAY);
const titles = (credentials: readonly CredentialId[]): string[] => credentials.map(credentialTitle);

/** Returns what the state holds after a run that did everything that it planned. */
function afterRun({ current, retiring, made, moved }: Plan): Found {
    return { made, moved, living: [current, ...retiring] };
}

describe("plan", () => {
    it("creates the first credential of a new Deployment", () => {
        const { current, retiring, rotates, made, moved, nextRotation } = plan(wanted, nothing, at(0));
        assert.deepEqual(current, { identity: "aaaaaaaa", generation: 1 });
        assert.deepEqual([retiring, rotates], [[], false]);
        const credentials = [{ ...current, made: at(0).toISOString() }];
        assert.deepEqual(made, { credentials, step: 1, mayHold: [current] });
        assert.deepEqual(moved, { ...current, step: 1, since: at(0).toISOString(), left: [] });
        assert.deepEqual(nextRotation, at(20));
    });

    it("changes nothing until the credential is as old as rotation.every", () => {
        const first = afterRun(plan(wanted, nothing, at(0)));
        const again = plan(wanted, first, new Date(at(20).getTime() - 1));
        assert.deepEqual([again.made, again.moved], [first.made, first.moved]);
        assert.deepEqual(titles(again.retiring), []);
    });

    it("rotates then, keeps the old credential for the overlap, and drops it after it", () => {
        const first = afterRun(plan(wanted, nothing, at(0)));
        const second = plan(wanted, first, at(20));
        assert.deepEqual(second.current, { identity: "aaaaaaaa", generation: 2 });
        assert.equal(second.rotates, true);
        assert.deepEqual(second.retiring, [{ identity: "aaaaaaaa", generation: 1, until: at(21) }]);
        const rotated = afterRun(second);
        assert.deepEqual(titles(plan(wanted, rotated, at(20.9)).retiring), ["aaaaaaaa.1"]);
        const third = plan(wanted, rotated, at(21));
        assert.deepEqual(titles(third.retiring), []);
        // The records stay as they are, so that the next preview is empty.
        assert.deepEqual([third.made, third.moved], [rotated.made, rotated.moved]);
    });

    it("keeps the old identity beside another one, and returns to it", () => {
        const first = afterRun(plan(wanted, nothing, at(0)));
        const other = { ...wanted, identity: "bbbbbbbb" };
        const second = plan(other, first, at(1));
        assert.deepEqual(second.current, { identity: "bbbbbbbb", generation: 1 });
        assert.deepEqual(titles(second.retiring), ["aaaaaaaa.1"]);
        const back = plan(wanted, afterRun(second), at(1.5));
        assert.deepEqual(back.current, { identity: "aaaaaaaa", generation: 1 });
        assert.deepEqual(back.retiring, [{ identity: "bbbbbbbb", generation: 1, until: at(2.5) }]);
    });

    it("keeps each of three identities for its own overlap", () => {
        const first = afterRun(plan(wanted, nothing, at(0)));
        const second = afterRun(plan({ ...wanted, identity: "bbbbbbbb" }, first, at(1)));
        const third = plan({ ...wanted, identity: "cccccccc" }, second, at(1.5));
        const untils = Object.fromEntries(third.retiring.map((each) => [credentialTitle(each), each.until]));
        assert.deepEqual(untils, { "aaaaaaaa.1": at(2), "bbbbbbbb.1": at(2.5) });
    });

    it("goes on with a rotation that was interrupted after its credential was recorded", () => {
        const first = plan(wanted, nothing, at(0));
        const second = plan(wanted, afterRun(first), at(20));
        // Nothing of the second generation was created, or all of it, but the env vars were not set.
        for (const living of [[first.current], [first.current, second.current]]) {
            const found = { made: second.made, moved: first.moved, living };
            const next = plan(wanted, found, at(30));
            assert.deepEqual(next.current, { identity: "aaaaaaaa", generation: 2 });
            assert.equal(next.rotates, false);
            assert.deepEqual(next.retiring, [{ identity: "aaaaaaaa", generation: 1, until: at(31) }]);
        }
    });

    it("waits with the next rotation until the previous one has ended", () => {
        const rotated = afterRun(plan(wanted, afterRun(plan(wanted, nothing, at(0))), at(20)));
        // No run for a long time: the first credential is still there.
        const late = plan(wanted, rotated, at(45));
        assert.deepEqual([late.current.generation, late.rotates], [2, false]);
        const next = plan(wanted, afterRun(late), at(45));
        assert.deepEqual([next.current.generation, next.rotates], [3, true]);
    });

    it("drops the old credential in the same run if there is no overlap", () => {
        const first = afterRun(plan(wanted, nothing, at(0)));
        const second = plan({ ...wanted, overlapMs: 0 }, first, at(20));
        assert.deepEqual([second.current.generation, titles(second.retiring)], [2, []]);
    });

    it("rotates in time before the credential's own end, which may be nearer than its age says", () => {
        const first = afterRun(plan(wanted, nothing, at(0)));
        const found = { ...first, endOf: () => at(15) };
        // 15 days, less the overlap of one and a week.
        assert.deepEqual(plan(wanted, found, at(6)).nextRotation, at(7));
        assert.equal(plan(wanted, found, at(6)).rotates, false);
        assert.equal(plan(wanted, found, at(7)).rotates, true);
        assert.deepEqual(plan(wanted, found, at(7)).nextRotation, at(27));
        assert.equal(plan({ ...wanted, everyMs: undefined }, found, at(14)).rotates, false);
    });

    it("rotates what npm run rotate asks for, once", () => {
        const first = afterRun(plan(wanted, nothing, at(0)));
        const asked = { ...wanted, madeBefore: at(1) };
        const second = plan(asked, first, at(1));
        assert.deepEqual([second.rotates, second.current.generation], [true, 2]);
        assert.equal(plan(asked, afterRun(second), at(1.1)).current.generation, 2);
        const again = plan({ ...wanted, madeBefore: at(1.5) }, afterRun(second), at(1.5));
        assert.deepEqual([again.waits, again.rotates, titles(again.retiring)], [true, false, ["aaaaaaaa.1"]]);
        const revoked = plan({ ...wanted, madeBefore: at(1.5), overlapMs: 0 }, afterRun(second), at(1.5));
        assert.deepEqual([revoked.waits, titles(revoked.retiring)], [true, []]);
    });

    it("never rotates without rotation.every, and rotates at once if it became shorter", () => {
        const first = afterRun(plan(wanted, nothing, at(0)));
        const never = plan({ ...wanted, everyMs: undefined }, first, at(4000));
        assert.deepEqual([never.current.generation, never.nextRotation], [1, undefined]);
        assert.equal(plan({ ...wanted, everyMs: 2 * DAY }, first, at(3)).current.generation, 2);
    });
});

/** How far a run gets. */
const ends = ["nothing", "recorded", "created", "moved", "undeleted", "all"] as const;

interface Run {
    readonly hours: number;
    readonly identity: string;
    readonly every: number | undefined;
    readonly end: (typeof ends)[number];
}

const runs = fc.array(
    fc.record({
        hours: fc.integer({ min: 0, max: 24 * 12 }),
        identity: fc.constantFrom("aaaaaaaa", "bbbbbbbb", "cccccccc"),
        every: fc.constantFrom(undefined, 2 * DAY, 20 * DAY),
        end: fc.constantFrom(...ends),
    }),
    { maxLength: 25 },
);

/** A service, a target and a state, on which runs act until they fail. */
class World {
    now = START;
    found: Found = nothing;
    /** The credential in the env vars, and when each other one was last in them. */
    held: CredentialId | undefined;
    readonly lastHeld = new Map<string, number>();

    run({ hours, identity, every, end }: Run, overlapMs: number): Plan {
        this.now += hours * 3_600_000;
        const planned = plan({ identity, everyMs: every, overlapMs }, this.found, new Date(this.now));
        const steps = ends.indexOf(end);
        if (steps >= ends.indexOf("recorded")) {
            this.found = { ...this.found, made: planned.made };
        }
        if (steps >= ends.indexOf("created")) {
            const others = this.found.living.filter((each) => !isSameCredential(each, planned.current));
            this.found = { ...this.found, living: [...others, planned.current] };
        }
        if (steps >= ends.indexOf("moved")) {
            this.move(planned.current);
        }
        if (steps >= ends.indexOf("undeleted")) {
            this.found = { ...this.found, moved: planned.moved satisfies MovedRecord };
        }
        if (end === "all") {
            this.delete(planned, overlapMs);
        }
        return planned;
    }

    private move(current: CredentialId): void {
        assert.ok(titles(this.found.living).includes(credentialTitle(current)), "the env vars hold what exists");
        if (this.held !== undefined && !isSameCredential(this.held, current)) {
            this.lastHeld.set(credentialTitle(this.held), this.now);
        }
        this.held = current;
    }

    private delete({ current, retiring }: Plan, overlapMs: number): void {
        const kept = titles([current, ...retiring]);
        for (const gone of this.found.living.filter((each) => !kept.includes(credentialTitle(each)))) {
            const title = credentialTitle(gone);
            assert.ok(this.held === undefined || !isSameCredential(this.held, gone), `${title} is in the env vars`);
            const left = this.lastHeld.get(title);
            assert.ok(left === undefined || this.now - left >= overlapMs, `${title} was deleted within its overlap`);
        }
        this.found = { ...this.found, living: [current, ...retiring] };
    }
}

describe("plan, over runs that fail anywhere", () => {
    it("keeps what pods may still hold, and no more than two credentials of an identity", () => {
        fc.assert(
            fc.property(runs, (all) => {
                const world = new World();
                for (const run of all) {
                    world.run(run, DAY);
                    const identities = world.found.living.map(({ identity }) => identity);
                    for (const identity of new Set(identities)) {
                        assert.ok(identities.filter((each) => each === identity).length <= 2, `two of ${identity}`);
                    }
                }
            }),
            { numRuns: 300 },
        );
    });

    it("comes to rest: one run sets the env vars, and one after the overlap leaves one credential", () => {
        fc.assert(
            fc.property(runs, (all) => {
                const world = new World();
                all.forEach((run) => world.run(run, DAY));
                const last = { identity: "dddddddd", every: undefined, end: "all" } as const;
                const { current } = world.run({ ...last, hours: 1 }, DAY);
                assert.deepEqual(world.held, current);
                world.run({ ...last, hours: 24 }, DAY);
                assert.deepEqual(world.found.living, [current]);
                const before = world.found;
                world.run({ ...last, hours: 24 }, DAY);
                assert.deepEqual(world.found, before, "a further run changes nothing");
            }),
            { numRuns: 300 },
        );
    });

    it("does not restart the clock when a run fails after the env vars were set", () => {
        const world = new World();
        world.run({ hours: 0, identity: "aaaaaaaa", every: undefined, end: "all" }, DAY);
        world.run({ hours: 1, identity: "bbbbbbbb", every: undefined, end: "undeleted" }, DAY);
        for (let hour = 0; hour < 5; hour += 1) {
            world.run({ hours: 4, identity: "bbbbbbbb", every: undefined, end: "undeleted" }, DAY);
        }
        const { retiring } = world.run({ hours: 4, identity: "bbbbbbbb", every: undefined, end: "all" }, DAY);
        assert.deepEqual(titles(retiring), []);
    });
});
