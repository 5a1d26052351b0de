import assert from "node:assert/strict";
import { join } from "node:path";
import { execa } from "execa";
import { projectDir } from "../../../../scripts/pulumi";

describe("npm run teardown", function () {
    this.timeout(60_000);
    this.slow(20_000);

    const teardown = (...args: string[]) => {
        const script = join(projectDir, "scripts", "teardown.ts");
        const command = ["-r", join(projectDir, "scripts", "typescript.cjs"), script, ...args];
        // With an empty PATH there is no pulumi: it must not be called.
        return execa(process.execPath, command, { cwd: projectDir, env: { PATH: "" }, reject: false });
    };

    for (const args of [["--dry-run"], ["--expired", "--stack", "pr-1"]]) {
        it(`does nothing unless the stacks are specified: ${args.join(" ")}`, async () => {
            const { exitCode, stderr, stdout } = await teardown(...args);
            assert.equal(exitCode, 2);
            assert.equal(stdout, "");
            assert.match(stderr, /^Specify the stacks: either --stack <name>, once or more, or --expired\.$/m);
        });
    }
});
