import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { execa } from "execa";
import { projectDir } from "../../sandbox/paths";
import { install } from "../../sandbox/tools/installed";
import { startCommand } from "../sandbox/running";

describe("an interrupted sandbox command", function () {
    this.timeout(300_000);
    this.slow(60_000);
    let dir: string;

    before(() => install());
    beforeEach(async () => {
        dir = await mkdtemp(join(tmpdir(), "interrupt-"));
    });
    afterEach(() => rm(dir, { recursive: true, force: true }));

    /** Starts a command and waits until its output matches. */
    async function startUntil(pattern: RegExp, ...args: string[]) {
        const command = ["scripts/start.mjs", "sandbox/cli.ts", ...args];
        const running = startCommand(process.execPath, command, { SANDBOX_STATE_DIR: dir });
        await running.waitForOutput(pattern);
        return running;
    }

    /** Returns the ids of the processes started so far, and of their parents up to the guard. */
    async function startedPids(): Promise<number[]> {
        const list = JSON.parse(await readFile(join(dir, "running.json"), "utf8")) as { pid: number }[];
        const pids = list.map(({ pid }) => pid);
        const { stdout } = await execa("ps", ["-o", "ppid=", "-p", pids.join(",")]);
        return [...new Set([...pids, ...stdout.split("\n").map(Number)])];
    }

    /** Waits until none of the processes runs any more. */
    async function waitForExit(pids: readonly number[]): Promise<void> {
        const deadline = Date.now() + 60_000;
        for (;;) {
            const { stdout } = await execa("ps", ["-o", "pid=,args=", "-p", pids.join(",")], { reject: false });
            const left = stdout.split("\n").filter((line) => line !== "" && !line.includes("<defunct>"));
            if (left.length === 0) {
                return;
            }
            assert.ok(Date.now() < deadline, `still running:\n${left.join("\n")}`);
            await setTimeout(100);
        }
    }

    it("stops its command and the services on Ctrl-C, and exits with 130", async () => {
        const running = await startUntil(/ready/, "exec", "--", "sh", "-c", "echo ready; sleep 600");
        const pids = await startedPids();
        assert.ok(pids.length > 5, String(pids));
        process.kill(running.pid, "SIGINT");
        assert.equal((await running.ended).code, 130);
        await waitForExit(pids);
        assert.ok(!existsSync(join(dir, "lock")), "the lock is released for the next command");
    });

    it("leaves a stack that the next pulumi up completes, on Ctrl-C during pulumi up", async () => {
        const running = await startUntil(/\+ {2}vault:.* creating/, "up");
        const pids = await startedPids();
        process.kill(running.pid, "SIGINT");
        const { code: exitCode, all } = await running.ended;
        assert.equal(exitCode, 130, all);
        await waitForExit(pids);
        const finish = "pulumi up --yes --skip-preview && pulumi preview --refresh --expect-no-changes";
        const next = await execa(
            process.execPath,
            ["scripts/start.mjs", "sandbox/cli.ts", "exec", "--", "sh", "-c", finish],
            {
                cwd: projectDir,
                env: { SANDBOX_STATE_DIR: dir },
                reject: false,
                all: true,
            },
        );
        assert.equal(next.exitCode, 0, next.all);
    });

    it("leaves no service running on Ctrl-C while the services start", async () => {
        const running = await startUntil(/starting the services/);
        process.kill(running.pid, "SIGINT");
        assert.equal((await running.ended).code, 130);
        assert.ok(!existsSync(join(dir, "running.json")), "every started process was stopped");
    });

    it("stops its services and its command on kill -9", async () => {
        const running = await startUntil(/ready/, "exec", "--", "sh", "-c", "echo ready; exec sleep 600");
        const pids = await startedPids();
        const { stdout } = await execa("ps", ["-o", "pid=", "--ppid", String(running.pid)]);
        const { stdout: command } = await execa("ps", ["-o", "pid=", "--ppid", stdout.trim()]);
        process.kill(Number(stdout), "SIGKILL");
        await running.ended;
        await waitForExit([...pids, ...command.split("\n").map(Number)]);
    });
});
