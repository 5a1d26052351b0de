import assert from "node:assert/strict";
import { findMountProblems } from "../../../../components/vault/approleMounts";
import type { MockOptions } from "../mockAnswers";
import { Mocks } from "../mocks";

describe("findMountProblems", () => {
    const check = async (
        secretIdTtl: number,
        approleMount: NonNullable<MockOptions["approleMount"]>,
        ...deployments: string[]
    ): Promise<{ problems: string[]; mocks: Mocks }> => {
        const mocks = await Mocks.set({ approleMount });
        const uses = deployments.map((deployment) => ({ deployment, approleMount: "approle", secretIdTtl }));
        return { problems: await findMountProblems(uses), mocks };
    };

    it("accepts a TTL up to the mount's maximum", async () => {
        assert.deepEqual((await check(3600, { type: "approle", maxLeaseTtlSeconds: 3600 }, "one")).problems, []);
    });

    it("refuses a TTL that Vault would reduce, for each Deployment, and says what to do", async () => {
        const { problems } = await check(7200, { type: "approle", maxLeaseTtlSeconds: 3600 }, "one", "two");
        assert.equal(problems.length, 2);
        assert.match(problems[0]!, /"one": secretIdTtl is 7200 s.*allows 3600 s at most.*max-lease-ttl=7200s approle/);
        assert.match(problems[1]!, /"two"/);
    });

    it("refuses a path without an AppRole auth method", async () => {
        const none = await check(
            60,
            new Error("Code: 400. Errors:\n\n* No secret engine mount at auth/approle/"),
            "one",
        );
        assert.match(none.problems.join(), /there is no auth method at that path/);
        const other = await check(60, { type: "ldap", maxLeaseTtlSeconds: 0 }, "one");
        assert.match(other.problems.join(), /is of type "ldap"/);
    });

    it("reports a missing permission", async () => {
        const { problems } = await check(60, new Error("Code: 403. Errors:\n\n* permission denied"), "one");
        assert.match(problems.join(), /does not let this token read sys\/mounts\/auth\/approle.*docs\/vault\.md/);
        await assert.rejects(check(60, new Error("connection refused"), "one"), /connection refused/);
    });

    it("reads a mount once, however many Deployments use it", async () => {
        const { mocks } = await check(60, { type: "approle", maxLeaseTtlSeconds: 3600 }, "one", "two", "three");
        assert.equal(mocks.calls.length, 1);
    });
});
