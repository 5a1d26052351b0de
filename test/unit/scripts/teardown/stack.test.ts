import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { hostname, tmpdir, userInfo } from "node:os";
import { delimiter, join } from "node:path";
import { exportState, PulumiStack } from "../../../../scripts/teardown/stack";
import { testStackIn, type ExportedState } from "../../../../scripts/teardown/state";
import { adoptPendingCreates } from "../../../../scripts/teardown/tearDown";

/** A `pulumi` that logs its arguments. It exports the states `export.1`, `export.2`, …, and fails as often as told. */
const PULUMI = `#!/bin/sh
cd "$(dirname "$0")"
echo "$1 $2" >> calls
case "$1 $2" in
"stack export")
    count=$(($(cat count) + 1)); echo $count > count
    cat "export.$count" ;;
"stack import") cp "$4" imported ;;
refresh*) if [ -e lock ]; then cat lock >&2; exit 255; fi ;;
cancel*) rm lock ;;
esac
`;

const PREFIX = "urn:pulumi:pr-1::airflow-secrets-backends::";
const marker = {
    urn: `${PREFIX}airflow-secrets-backends:index:TestStack::expires`,
    type: "airflow-secrets-backends:index:TestStack",
    inputs: { expires: "2026-12-01T00:00:00Z" } as Record<string, string>,
};
const policy = {
    urn: `${PREFIX}vault:index/policy:Policy::solar.0a1b2c3d.policy`,
    type: "vault:index/policy:Policy",
    custom: true,
    inputs: { name: "airflow.pr-1.solar.0a1b2c3d" },
};
const interrupted: ExportedState = {
    version: 3,
    deployment: { resources: [marker], pending_operations: [{ type: "creating", resource: policy }] },
};

describe("a stack that is torn down", function () {
    this.timeout(20_000);
    this.slow(5000);
    const { PATH, CI } = process.env;
    let dir: string;

    beforeEach(async () => {
        dir = await mkdtemp(join(tmpdir(), "teardown-test-"));
        await writeFile(join(dir, "pulumi"), PULUMI, { mode: 0o755 });
        await writeFile(join(dir, "count"), "0");
        process.env.PATH = [dir, PATH].join(delimiter);
        process.env.CI = "";
    });
    afterEach(async () => {
        process.env.PATH = PATH;
        process.env.CI = CI ?? "";
        await rm(dir, { recursive: true });
    });

    const calls = async (): Promise<string[]> => (await readFile(join(dir, "calls"), "utf8")).trim().split("\n");

    /** Adopts the interrupted creates; the exports have these states, one after the other. */
    async function adopt(...states: readonly ExportedState[]): Promise<void> {
        await Promise.all(
            states.map((state, index) => writeFile(join(dir, `export.${index + 1}`), JSON.stringify(state))),
        );
        const found = (await exportState("pr-1"))!;
        const find = () => assert.fail("no app registration was interrupted");
        await PulumiStack.with("pr-1", new AbortController().signal, (stack) =>
            adoptPendingCreates(stack, testStackIn(found)!, find),
        );
    }

    it("gets the resources of interrupted creates into its state", async () => {
        await adopt(interrupted, interrupted, interrupted);
        const { deployment } = JSON.parse(await readFile(join(dir, "imported"), "utf8")) as ExportedState;
        assert.deepEqual(deployment.resources, [marker, { ...policy, id: policy.inputs.name, outputs: policy.inputs }]);
        assert.deepEqual(await calls(), [
            "stack export",
            "refresh --target",
            "stack export",
            "stack export",
            "stack import",
            "refresh --target",
        ]);
    });

    it("keeps its state if a pulumi up has changed it while the resources were looked for", async () => {
        const changed = { ...interrupted, deployment: { resources: [marker, { ...policy, id: "made" }] } };
        await assert.rejects(adopt(interrupted, interrupted, changed), /its state has changed meanwhile/);
        assert.ok(!(await calls()).includes("stack import"));
    });

    it("is left alone if a pulumi up has taken expires out of its state meanwhile", async () => {
        const lasting = { ...interrupted.deployment, resources: [{ ...marker, inputs: {} }] };
        await assert.rejects(adopt(interrupted, { ...interrupted, deployment: lasting }), /it no longer has `expires`/);
        assert.ok(!(await calls()).includes("stack import"));
    });

    /** A process that has ended. */
    const gone = spawnSync("true").pid;
    const anHourAgo = new Date(Date.now() - 3_600_000).toISOString();
    const lockBy = (user: string, host: string, pid: number, since: string): string =>
        "error: the stack is currently locked by 1 lock(s). Either wait for the other process(es) to end or delete the " +
        `lock file with \`pulumi cancel\`.\n  file:///a.json: created by ${user}@${host} (pid ${pid}) at ${since}\n`;
    const { username } = userInfo();

    it("loses the lock of a process that has ended, and the command is repeated", async () => {
        await writeFile(join(dir, "lock"), lockBy(username, hostname(), gone, anHourAgo));
        await PulumiStack.with("pr-1", new AbortController().signal, (stack) => stack.refresh([marker.urn]));
        assert.deepEqual(await calls(), ["refresh --target", "cancel --yes", "refresh --target"]);
    });

    const kept: Record<string, string> = {
        "a process that runs": lockBy(username, hostname(), process.pid, anHourAgo),
        "another user": lockBy("somebody", hostname(), gone, anHourAgo),
        "another machine": lockBy(username, "elsewhere", gone, "2020-01-01T00:00:00Z"),
        "a process that has just begun": lockBy(username, hostname(), gone, new Date().toISOString()),
    };
    for (const [holder, lock] of Object.entries(kept)) {
        it(`keeps the lock of ${holder}`, async () => {
            await writeFile(join(dir, "lock"), lock);
            const refresh = PulumiStack.with("pr-1", new AbortController().signal, (stack) => stack.refresh([]));
            await assert.rejects(refresh, /^Error: is locked by .*run pulumi cancel --stack pr-1/);
            assert.deepEqual(await calls(), ["refresh --yes"]);
        });
    }
});
