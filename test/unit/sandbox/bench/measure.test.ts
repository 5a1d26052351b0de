import assert from "node:assert/strict";
import { tmpdir } from "node:os";
import { measure } from "../../../../sandbox/bench/measure";

/** Allocates 150 MB and uses 0.5 s of CPU time. */
const WORK = "import time; held = b'x' * 150_000_000\nwhile time.process_time() < 0.5: pass";

const run = (script: string) => measure(["sh", "-c", script, "sh", WORK], { cwd: tmpdir() });

describe("measure", function () {
    // Starting a process can be slow on a busy machine.
    this.timeout(60_000);

    it("includes the CPU time and the memory of a child process", async () => {
        const { cpuSeconds, seconds, megabytes } = await run('python3 -c "$1"; true');
        assert.ok(cpuSeconds >= 0.5 && seconds >= 0.5, `${cpuSeconds} s of CPU in ${seconds} s`);
        assert.ok(megabytes >= 150, `${megabytes} MB`);
    });

    it("includes the CPU time of a process that outlives its parent", async () => {
        const { cpuSeconds } = await run('python3 -c "$1" &');
        assert.ok(cpuSeconds >= 0.5, `${cpuSeconds} s of CPU`);
    });

    it("rejects with the command's output if the command fails", async () => {
        await assert.rejects(run("echo no such stack >&2; exit 3"), /exit code 3[^]*no such stack/);
    });
});
