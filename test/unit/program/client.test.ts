import assert from "node:assert/strict";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { projectDir } from "../../../sandbox/paths";

describe("a program that a test hands over to the program host", function () {
    this.timeout(60_000);

    it("runs in its own process if there is no host", async () => {
        const client = join(projectDir, "test", "program", "client.cjs");
        // Without its arguments, Pulumi's runner says which one is missing, and runs no program.
        const runner = require.resolve("@pulumi/pulumi/cmd/run");
        const { stderr, exitCode } = await execa(process.execPath, ["--require", client, runner], {
            env: { TEST_PROGRAM_HOST: join(tmpdir(), "no-such-host") },
            reject: false,
        });
        assert.match(stderr, /error: --monitor=addr must be provided/);
        assert.equal(exitCode, 255);
    });
});
