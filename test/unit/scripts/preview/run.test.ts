import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CommandError } from "../../../../scripts/command";
import { runPreview } from "../../../../scripts/preview/run";

describe("a preview that fails", () => {
    let dir: string;
    const page = process.env.GITHUB_STEP_SUMMARY;

    beforeEach(async () => {
        dir = await mkdtemp(join(tmpdir(), "preview-test-"));
        process.env.GITHUB_STEP_SUMMARY = join(dir, "page.md");
    });
    afterEach(async () => {
        if (page === undefined) {
            delete process.env.GITHUB_STEP_SUMMARY;
        } else {
            process.env.GITHUB_STEP_SUMMARY = page;
        }
        await rm(dir, { recursive: true });
    });

    const failing = (output: string) => () => Promise.resolve({ command: "pulumi preview", exitCode: 255, output });

    it("reports it in the summary and the job summary, and returns its exit code", async () => {
        const summary = join(dir, "summary.md");
        await writeFile(summary, "summary of an earlier run");
        await writeFile(join(dir, "page.md"), "# Others\n");
        const code = await runPreview({ stack: "dev", summary }, failing("hvs.CAESIJ0123456789abcdefgh\n1 error"));
        assert.equal(code, 255);
        const text = await readFile(summary, "utf8");
        assert.match(text, /`pulumi preview` \*\*failed\*\* with exit code 255/);
        assert.match(text, /\n\[redacted\]\n1 error\n/);
        assert.equal(await readFile(join(dir, "page.md"), "utf8"), `# Others\n${text}`);
    });

    it("does not start with an invalid stack name or a missing folder for the summary", async () => {
        const never = () => assert.fail("the preview was started");
        const refused = (options: { stack: string; summary: string }, message: RegExp) =>
            assert.rejects(
                runPreview(options, never),
                (error) => error instanceof CommandError && error.exitCode === 2 && message.test(error.message),
            );
        await refused({ stack: "a-->b", summary: join(dir, "s.md") }, /^--stack: found "a-->b"\. Allowed: /);
        await refused({ stack: "", summary: join(dir, "s.md") }, /^--stack: found ""/);
        await refused(
            { stack: "dev", summary: join(dir, "no", "s.md") },
            /^--summary: cannot write .*Name a file in a folder/,
        );
    });
});
