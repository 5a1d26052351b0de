import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { adopt, pendingCreates } from "../../../../scripts/teardown/adopt";
import { expiresInFile } from "../../../../scripts/teardown/expiresInFile";
import {
    expiresInState,
    remainingResources,
    testStackIn,
    type ExportedState,
} from "../../../../scripts/teardown/state";
import { formatRows } from "../../../../scripts/teardown/table";

const PREFIX = "urn:pulumi:pr-1::airflow-secrets-backends::";
const stack = { urn: `${PREFIX}pulumi:pulumi:Stack::s`, type: "pulumi:pulumi:Stack" };
const provider = {
    urn: `${PREFIX}pulumi:providers:vault::default`,
    type: "pulumi:providers:vault",
    custom: true,
    id: "1",
};
const record = { urn: `${PREFIX}pulumi:index:Stash::solar.made`, type: "pulumi:index:Stash", custom: true, id: "2" };
const testStack = {
    urn: `${PREFIX}airflow-secrets-backends:index:TestStack::expires`,
    type: "airflow-secrets-backends:index:TestStack",
    inputs: { expires: "2026-12-01T00:00:00Z" } as Record<string, unknown>,
};
const policy = (name: string) => ({
    urn: `${PREFIX}vault:index/policy:Policy::${name}`,
    type: "vault:index/policy:Policy",
    custom: true,
    inputs: { name },
});
const state = (deployment: ExportedState["deployment"]): ExportedState => ({ version: 3, deployment });

describe("an exported state", () => {
    it("says when the stack expires", () => {
        assert.equal(expiresInState(state({ resources: [stack, testStack] })), "2026-12-01T00:00:00Z");
        assert.equal(testStackIn(state({ resources: [stack, testStack] }))?.urn, testStack.urn);
        assert.equal(expiresInState(state({ resources: [stack, provider] })), undefined);
        assert.equal(expiresInState(state({})), undefined);
    });

    it("is refused if somebody edited expires to something else", () => {
        const edited = { ...testStack, inputs: { expires: "soon" } };
        assert.throws(
            () => expiresInState(state({ resources: [stack, edited] })),
            /says that it expires at "soon", which is not a valid time/,
        );
    });

    it("has remaining resources besides Pulumi's own, including those of pending operations", () => {
        assert.deepEqual(remainingResources(state({ resources: [stack, provider, testStack, record] })), []);
        const pending = [{ type: "creating", resource: record }];
        assert.deepEqual(remainingResources(state({ resources: [stack], pending_operations: pending })), []);
        const found = state({
            resources: [stack, { ...policy("a"), id: "a" }],
            pending_operations: [{ type: "creating", resource: policy("b") }],
        });
        assert.deepEqual(
            remainingResources(found).map(({ urn }) => urn),
            [policy("a").urn, policy("b").urn],
        );
    });
});

describe("interrupted creates", () => {
    const existing = { ...policy("a"), id: "a", outputs: {} };
    const found = state({
        resources: [stack, existing],
        pending_operations: [
            { type: "creating", resource: policy("b") },
            { type: "creating", resource: policy("c") },
            { type: "deleting", resource: existing },
        ],
    });

    it("become resources if they have an id, and are dropped otherwise", () => {
        assert.deepEqual(pendingCreates(found), [policy("b"), policy("c")]);
        const { state: adopted, unverified } = adopt(found, new Map([[policy("b").urn, "b"]]));
        assert.deepEqual(adopted.deployment, {
            resources: [stack, existing, { ...policy("b"), id: "b", outputs: { name: "b" } }],
            pending_operations: [],
        });
        assert.deepEqual(unverified, [policy("b").urn]);
    });

    it("are added next to the resource that they were to replace, marked to be deleted", () => {
        const replacing = state({
            resources: [existing],
            pending_operations: [{ type: "creating", resource: policy("a") }],
        });
        const { resources } = adopt(replacing, new Map([[existing.urn, "a-2"]])).state.deployment;
        assert.deepEqual(resources, [existing, { ...policy("a"), id: "a-2", outputs: { name: "a" }, delete: true }]);
        assert.deepEqual(adopt(replacing, new Map([[existing.urn, "a"]])).state.deployment.resources, [existing]);
    });
});

describe("a stack's file", () => {
    let dir: string;
    before(async () => {
        dir = await mkdtemp(join(tmpdir(), "teardown-test-"));
    });
    after(() => rm(dir, { recursive: true, force: true }));

    it("says when the stack expires, if it exists and has the key", async () => {
        const key = "airflow-secrets-backends:expires";
        await writeFile(join(dir, "Pulumi.pr-1.yaml"), `config:\n  ${key}: "2026-12-01T00:00:00Z"\n`);
        await writeFile(join(dir, "Pulumi.pr-2.yaml"), "encryptionsalt: v1:a\n");
        await writeFile(join(dir, "Pulumi.pr-3.yaml"), `config:\n  ${key}: soon\n`);
        assert.equal(await expiresInFile("pr-1", dir), "2026-12-01T00:00:00Z");
        assert.equal(await expiresInFile("organization/project/pr-1", dir), "2026-12-01T00:00:00Z");
        assert.equal(await expiresInFile("pr-2", dir), undefined);
        await assert.rejects(expiresInFile("pr-3", dir), /Pulumi\.pr-3\.yaml says that it expires at "soon"/);
        assert.equal(await expiresInFile("pr-4", dir), undefined);
        assert.equal(await expiresInFile("dev"), undefined);
    });
});

describe("the table", () => {
    it("has one line per stack, in columns", () => {
        const rows = [
            { stack: "pr-12", expires: "2026-12-01T00:00:00Z", result: "destroyed", why: "has expired" },
            { stack: "dev", expires: undefined, result: "kept", why: "has no\n  `expires`" },
        ] as const;
        assert.equal(
            formatRows(rows),
            "stack  expires               result     why\n" +
                "pr-12  2026-12-01T00:00:00Z  destroyed  has expired\n" +
                "dev    -                     kept       has no `expires`",
        );
    });
});
