import assert from "node:assert/strict";
import { assertLinear } from "../../growth";
import { describeLocks, isStale, locksIn, type CurrentHost, type StackLock } from "../../../../scripts/teardown/locks";

/** Output of Pulumi 3.256. */
const OUTPUT = `Destroying (pr-1):
error: the stack is currently locked by 2 lock(s). Either wait for the other process(es) to end or delete the lock file with \`pulumi cancel\`.
  s3://bucket/.pulumi/locks/organization/project/pr-1/a.json: created by ci@host-1 (pid 4711) at 2026-12-01T12:00:00Z
  s3://bucket/.pulumi/locks/organization/project/pr-1/b.json: created by DOM\\me@host-2 (pid 1) at 2026-12-01T13:30:00+01:00
`;

const lock: StackLock = { user: "ci", host: "host-1", pid: 4711, since: new Date("2026-12-01T12:00:00Z") };
const host: CurrentHost = {
    user: "ci",
    host: "host-1",
    isShared: false,
    now: new Date("2026-12-01T12:30:00Z"),
    isRunning: () => false,
};

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
        ["that is ten minutes old", false, {}, { now: new Date("2026-12-01T12:10:00Z") }],
        ["that is older than ten minutes", true, {}, { now: new Date("2026-12-01T12:10:01Z") }],
        ["of another machine, however old", false, { host: "host-2" }, { now: new Date("2027-12-01T12:00:00Z") }],
        ["of another user, however old", false, { user: "me" }, { now: new Date("2027-12-01T12:00:00Z") }],
        ["if this user has no name", false, {}, { user: undefined }],
        ["from the future", false, {}, { now: new Date("2026-12-01T11:00:00Z") }],
        ["in CI, six hours old", false, {}, { isShared: true, now: new Date("2026-12-01T18:00:00Z") }],
        ["in CI, older than six hours", true, {}, { isShared: true, now: new Date("2026-12-01T18:00:01Z") }],
        ["without a valid time", false, { since: new Date(NaN) }, {}],
    ];
    for (const [what, stale, changedLock, changedHost] of cases) {
        it(`${stale ? "may be broken" : "are kept"}: a lock ${what}`, () => {
            assert.equal(isStale({ ...lock, ...changedLock }, { ...host, ...changedHost }), stale);
        });
    }

    it("are read in a time that grows with the length of the output only", function () {
        this.timeout(60_000);
        const start = "the stack is currently locked by 1 lock(s) ";
        assertLinear((text) => locksIn(start + text), ["created by ", "a@", "a", " (pid 1", ") at ", " "]);
    });

    it("are described with their holders and what to do", () => {
        assert.equal(
            describeLocks("pr-1", [lock]),
            "is locked by ci@host-1 (pid 4711) since 2026-12-01T12:00:00.000Z: wait until it has finished, or, if it " +
                "no longer runs, run pulumi cancel --stack pr-1. Then try again",
        );
    });
});
