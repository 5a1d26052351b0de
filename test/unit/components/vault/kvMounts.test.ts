import assert from "node:assert/strict";
import { findKvMountProblems, type KvUse } from "../../../../components/vault/kvMounts";
import { fakeVault, type Contents } from "./fakeVault";

const use = (more: Partial<KvUse> = {}): KvUse => ({ deployment: "solar", mount: "secret", kvVersion: 2, ...more });
const UI = "sys/internal/ui/mounts";
const kv = (path: string, options: object | null) => ({ path, type: "kv", options });

async function check(contents: Contents, ...uses: KvUse[]) {
    const { call, asked } = fakeVault(contents);
    return { ...(await findKvMountProblems(uses, call)), asked };
}

describe("findKvMountProblems", () => {
    it("accepts a mount of the version that the config names, and reads it once", async () => {
        const uses = [use(), use({ deployment: "lunar" }), use({ deployment: "one", mount: "kv", kvVersion: 1 })];
        const contents = { [`${UI}/secret`]: kv("secret/", { version: "2" }), [`${UI}/kv`]: kv("kv/", null) };
        const { problems, warnings, asked } = await check(contents, ...uses);
        assert.deepEqual([problems, warnings], [[], []]);
        assert.deepEqual(asked, [`${UI}/secret`, `${UI}/kv`]);
    });

    const refused: readonly [what: string, contents: Contents, more: Partial<KvUse>, expected: RegExp][] = [
        [
            "another version",
            { [`${UI}/secret`]: kv("secret/", { version: "1" }) },
            {},
            /^Deployment "solar": mount "secret" has version 1, but kvVersion is 2\. Write kvVersion: 1$/,
        ],
        [
            "a mount without options as version 2",
            { [`${UI}/secret`]: kv("secret/", null) },
            {},
            /has version 1, but kvVersion is 2/,
        ],
        [
            "a path in a mount",
            { [`${UI}/secret/data`]: kv("secret/", { version: "2" }) },
            { mount: "secret/data" },
            /mount "secret\/data" is no mount, but a path in the mount "secret\/"\. Write the path of the KV mount/,
        ],
        [
            "an engine of another type",
            { [`${UI}/secret`]: { path: "secret/", type: "transit", options: null } },
            {},
            /has a secrets engine of type "transit", but KV is required/,
        ],
        [
            "a mount that does not exist",
            { [`${UI}/secret`]: 403, "sys/mounts/secret": 400 },
            {},
            /there is no secrets engine at that path\. .*vault secrets list/,
        ],
        [
            "a mount in a namespace that does not exist",
            {},
            { namespace: "team" },
            /mount "secret" in namespace "team": there is no secrets engine/,
        ],
    ];
    for (const [what, contents, more, expected] of refused) {
        it(`refuses ${what}`, async () => {
            const { problems, warnings } = await check(contents, use(more));
            assert.equal(problems.length, 1);
            assert.match(problems[0] ?? "", expected);
            assert.deepEqual(warnings, []);
        });
    }

    it("warns if the token may read neither the mount nor anything in it", async () => {
        const { problems, warnings } = await check({ [`${UI}/secret`]: 403, "sys/mounts/secret": 403 }, use());
        assert.deepEqual(problems, []);
        assert.match(
            warnings.join(),
            /could not be checked: .* may not read sys\/mounts\/secret \(docs\/vault\.md\)\.$/,
        );
    });

    it("does not take another refusal for an answer", async () => {
        await assert.rejects(check({ [`${UI}/secret`]: 503 }, use()), /Vault is sealed/);
        await assert.rejects(check({ [`${UI}/secret`]: 403, "sys/mounts/secret": 503 }, use()), /Vault is sealed/);
    });
});
