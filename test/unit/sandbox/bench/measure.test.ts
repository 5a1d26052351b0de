import assert from "node:assert/strict";
import { tmpdir } from "node:os";
import { measure } from "../../../../sandbox/bench/measure";

/** Holds 150 MB, and works until it has had 0.5 s of CPU. */
const WORK = "import time; held = b'x' * 150_000_000\nwhile time.process_time() < 0.5: pass";

const run = (script: string) => measure(["sh", "-c", script, "sh", WORK], { cwd: tmpdir() });

describe("what the bench says that a command costs", function () {
    // Starting a process is quick where the machine has nothing else to do.
    this.timeout(60_000);

    it("holds the CPU time and the memory of a process below it", async () => {
        const { cpuSeconds, seconds, megabytes } = await run('python3 -c "$1"; true');
        assert.ok(cpuSeconds >= 0.5 && seconds >= 0.5, `${cpuSeconds} s of CPU in ${seconds} s`);
        assert.ok(megabytes >= 150, `${megabytes} MB`);
    });

    it("holds the CPU time of a process that outlives what started it", async () => {
        const { cpuSeconds } = await run('python3 -c "$1" &');
        assert.ok(cpuSeconds >= 0.5, `${cpuSeconds} s of CPU`);
    });

    it("is nothing where the command fails: its words are the error", async () => {
        await assert.rejects(run("echo no such stack >&2; exit 3"), /exit code 3[^]*no such stack/);
    });
});
