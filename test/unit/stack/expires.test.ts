import assert from "node:assert/strict";
import { inspect } from "node:util";
import * as fc from "fast-check";
import { expiresOf, isExpires, isPast } from "../../../stack/expires";
import { ConfigError } from "../../../config/errors";
import { minimal, parseDeployments } from "./fixtures";

describe("expires", () => {
    const good = [
        "2026-12-01T18:00:00Z",
        "2026-12-01T18:00:00+01:00",
        "2026-12-01T00:30:00-05:30",
        "2028-02-29T23:59:59.250Z",
    ];
    for (const time of good) {
        it(`accepts ${time}`, () => {
            assert.ok(isExpires(time));
        });
    }

    const bad: unknown[] = [
        "",
        "tomorrow",
        "2026-12-01",
        "2026-12-01T18:00:00",
        "2026-12-01 18:00:00Z",
        "2026-12-01T18:00Z",
        "2026-02-30T00:00:00Z",
        "2026-13-01T00:00:00Z",
        "2026-12-01T24:00:00Z",
        "2026-12-01T18:00:00+0100",
        " 2026-12-01T18:00:00Z",
        "2026-11-01 00:00:00 +0000 UTC",
        1_800_000_000,
        undefined,
        null,
    ];
    for (const time of bad) {
        it(`refuses ${inspect(time)}`, () => {
            assert.ok(!isExpires(time));
        });
    }

    const unquoted: Record<string, string | undefined> = {
        "2026-12-01 18:00:00 +0000 UTC": "2026-12-01T18:00:00Z",
        "2026-12-01 18:00:00.25 -0530 -0530": "2026-12-01T18:00:00.25-05:30",
        "2026-12-01 18:00:00 +0100 CET": "2026-12-01T18:00:00+01:00",
        "2026-12-01T18:00:00Z": "2026-12-01T18:00:00Z",
        "2026-02-30 18:00:00 +0000 UTC": undefined,
        "2026-12-01 18:00:00": undefined,
        soon: undefined,
    };
    for (const [written, time] of Object.entries(unquoted)) {
        it(`reads ${written} as ${time ?? "no time"}`, () => {
            assert.equal(expiresOf(written), time);
        });
    }

    it("accepts every time in JavaScript's format, and is past from that time on", () => {
        const years = { min: new Date("2000-01-01"), max: new Date("2999-01-01"), noInvalidDate: true };
        fc.assert(
            fc.property(fc.date(years), (date) => {
                const time = date.toISOString();
                assert.ok(isExpires(time));
                assert.ok(isPast(time, date));
                assert.ok(!isPast(time, new Date(date.getTime() - 1)));
            }),
        );
    });

    it("considers the offset", () => {
        assert.ok(isPast("2026-12-01T18:00:00+01:00", new Date("2026-12-01T17:00:00Z")));
        assert.ok(!isPast("2026-12-01T18:00:00-01:00", new Date("2026-12-01T18:59:59Z")));
    });
});

describe("a stack that expires", () => {
    const secretsManager = (days?: number) =>
        minimal("a", undefined, {
            backend: {
                kind: "aws-secrets-manager",
                region: "eu-central-1",
                scope: "a",
                ...(days === undefined ? {} : { recoveryWindowInDays: days }),
            },
        });
    const windowOf = (found: unknown, isTestStack: boolean): unknown => {
        const [deployment] = parseDeployments([found], isTestStack);
        return deployment!.backend.kind === "aws-secrets-manager" && deployment!.backend.recoveryWindowInDays;
    };

    it("has AWS delete test secrets immediately; for other stacks AWS keeps them", () => {
        assert.equal(windowOf(secretsManager(), true), 0);
        assert.equal(windowOf(secretsManager(), false), 30);
        assert.equal(windowOf(secretsManager(0), true), 0);
    });

    it("is refused with a recovery window, which other stacks may have", () => {
        assert.equal(windowOf(secretsManager(7), false), 7);
        assert.throws(
            () => parseDeployments([minimal("b"), secretsManager(7)], true),
            (error) =>
                error instanceof ConfigError &&
                error.problems.length === 1 &&
                error.problems[0]!.startsWith(
                    "deployments[1] (a).backend.recoveryWindowInDays: found 7 in a stack that expires. Allowed: 0 ",
                ),
        );
    });

    it("gets the usual error for a window that no stack may have", () => {
        assert.throws(
            () => parseDeployments([secretsManager(3)], true),
            (error) => error instanceof ConfigError && error.message.includes("found 3. Allowed: 0, or whole days"),
        );
    });
});
