import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { execa } from "execa";
import { projectDir } from "../../sandbox/paths";
import { install } from "../../sandbox/tools/installed";

describe("a sandbox command that is told to stop", function () {
    this.timeout(300_000);
    this.slow(60_000);
    let dir: string;

    before(() => install());
    beforeEach(async () => {
        dir = await mkdtemp(join(tmpdir(), "interrupt-"));
    });
    afterEach(() => rm(dir, { recursive: true, force: true }));

    /** Starts a command and waits until it prints `sign`. */
    async function startUntil(sign: RegExp, ...args: string[]) {
        const child = execa(process.execPath, ["scripts/start.mjs", "sandbox/cli.ts", ...args], {
            cwd: projectDir,
            env: { SANDBOX_STATE_DIR: dir },
            reject: false,
            all: true,
        });
        let said = "";
        await new Promise<void>((resolve, reject) => {
            child.all.on("data", (chunk: Buffer) => {
                said += chunk.toString();
                if (sign.test(said)) {
                    resolve();
                }
            });
            void child.then(({ exitCode, all }) => {
                reject(new Error(`ended with ${exitCode ?? "no code"} before it said ${String(sign)}:\n${all}`));
            });
        });
        return { child };
    }

    /** The processes started so far, and those that started them up to the guard. */
    async function started(): Promise<number[]> {
        const list = JSON.parse(await readFile(join(dir, "running.json"), "utf8")) as { pid: number }[];
        const pids = list.map(({ pid }) => pid);
        const { stdout } = await execa("ps", ["-o", "ppid=", "-p", pids.join(",")]);
        return [...new Set([...pids, ...stdout.split("\n").map(Number)])];
    }

    async function gone(pids: readonly number[]): Promise<void> {
        const giveUp = Date.now() + 60_000;
        for (;;) {
            const { stdout } = await execa("ps", ["-o", "pid=,args=", "-p", pids.join(",")], { reject: false });
            const left = stdout.split("\n").filter((line) => line !== "" && !line.includes("<defunct>"));
            if (left.length === 0) {
                return;
            }
            assert.ok(Date.now() < giveUp, `still running:\n${left.join("\n")}`);
            await setTimeout(100);
        }
    }

    it("by Ctrl-C ends the command it runs, stops the services and says so by its exit code", async () => {
        const { child } = await startUntil(/ready/, "exec", "--", "sh", "-c", "echo ready; sleep 600");
        const pids = await started();
        assert.ok(pids.length > 5, String(pids));
        child.kill("SIGINT");
        assert.equal((await child).exitCode, 130);
        await gone(pids);
        assert.ok(!existsSync(join(dir, "lock")), "the next command is let in");
    });

    it("by Ctrl-C in the midst of pulumi up leaves a stack that the next one finishes", async () => {
        const { child } = await startUntil(/creating|\+ {2}vault/, "up");
        const pids = await started();
        child.kill("SIGINT");
        const { exitCode, all } = await child;
        assert.equal(exitCode, 130, all);
        await gone(pids);
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

    it("by Ctrl-C while the services start leaves none", async () => {
        const { child } = await startUntil(/starting the services/);
        child.kill("SIGINT");
        assert.equal((await child).exitCode, 130);
        assert.ok(!existsSync(join(dir, "running.json")), "what was started has been ended");
    });

    it("by a kill -9 takes its services along", async () => {
        const { child } = await startUntil(/ready/, "exec", "--", "sh", "-c", "echo ready; exec sleep 600");
        const pids = await started();
        const { stdout } = await execa("ps", ["-o", "pid=", "--ppid", String(child.pid)]);
        const { stdout: command } = await execa("ps", ["-o", "pid=", "--ppid", stdout.trim()]);
        process.kill(Number(stdout), "SIGKILL");
        await child;
        await gone([...pids, ...command.split("\n").map(Number)]);
    });
});
