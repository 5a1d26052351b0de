import assert from "node:assert/strict";
import { describeLocks, isStale, locksIn, type CurrentHost, type StackLock } from "../../../../scripts/teardown/locks";

/** Output of Pulumi 3.256. */
const OUTPUT = `Destroying (pr-1):
error: the stack is currently locked by 2 lock(s). Either wait for the other process(es) to end or delete the lock file with \`pulumi cancel\`.
  s3://bucket/.pulumi/locks/organization/project/pr-1/a.json: created by ci@host-1 (pid 4711) at 2026-12-01T12:00:00Z
  s3://bucket/.pulumi/locks/organization/project/pr-1/b.json: created by DOM\\me@host-2 (pid 1) at 2026-12-01T13:30:00+01:00
`;

const lock: StackLock = { user: "ci", host: "host-1", pid: 4711, since: new Date("2026-12-01T12:00:00Z") };
const host: CurrentHost = { host: "host-1", now: new Date("2026-12-01T12:30:00Z"), isRunning: () => false };

describe("Pulumi's locks", () => {
    it("are read from its error message, with holder and time", () => {
        assert.deepEqual(locksIn(OUTPUT), [
            lock,
            { user: "DOM\\me", host: "host-2", pid: 1, since: new Date("2026-12-01T12:30:00Z") },
        ]);
    });

    it("are none if Pulumi failed for another reason", () => {
        assert.deepEqual(locksIn("error: locked, created by me@here (pid 1) at 2026-12-01T12:00:00Z"), []);
    });

    const cases: [what: string, stale: boolean, lock: Partial<StackLock>, host: Partial<CurrentHost>][] = [
        ["whose process on this machine no longer runs", true, {}, {}],
        ["whose process runs", false, {}, { isRunning: (pid) => pid === 4711 }],
        ["of another machine", false, { host: "host-2" }, {}],
        ["of a machine that shares its name with others (CI)", false, {}, { host: undefined }],
        ["that is six hours old", false, { host: "host-2" }, { now: new Date("2026-12-01T18:00:00Z") }],
        ["that is older than six hours", true, { host: "host-2" }, { now: new Date("2026-12-01T18:00:01Z") }],
        ["that is older than six hours, in CI", true, {}, { host: undefined, now: new Date("2026-12-01T18:00:01Z") }],
        ["without a valid time", false, { host: "host-2", since: new Date(NaN) }, {}],
    ];
    for (const [what, stale, changedLock, changedHost] of cases) {
        it(`${stale ? "may be broken" : "are kept"}: a lock ${what}`, () => {
            assert.equal(isStale({ ...lock, ...changedLock }, { ...host, ...changedHost }), stale);
        });
    }

    it("are described with their holders and what to do", () => {
        assert.equal(
            describeLocks("pr-1", [lock]),
            "is locked by ci@host-1 (pid 4711) since 2026-12-01T12:00:00.000Z: wait until it has finished, or, if it " +
                "no longer runs, run pulumi cancel --stack pr-1. Then try again",
        );
    });
});
