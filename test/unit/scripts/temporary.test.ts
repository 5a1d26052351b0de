import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdir, mkdtemp, readdir, rm, stat, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { withTemporaryFolder } from "../../../scripts/temporary";

describe("a temporary folder", () => {
    let parent: string;

    beforeEach(async () => {
        parent = await mkdtemp(join(tmpdir(), "temporary-"));
    });
    afterEach(() => rm(parent, { recursive: true }));

    it("can only be opened by its owner, and is deleted, also after an error", async () => {
        const work = async (dir: string): Promise<void> => {
            assert.equal((await stat(dir)).mode & 0o777, 0o700);
            await writeFile(join(dir, "secret"), "");
            throw new Error("interrupted");
        };
        await assert.rejects(withTemporaryFolder(work, parent), /interrupted/);
        assert.deepEqual(await readdir(parent), []);
    });

    it("is deleted later if its process was killed; those of running processes and of others stay", async () => {
        const { pid: gone } = spawnSync("true");
        const old = new Date(Date.now() - 7_200_000);
        const folders: [name: string, time: Date, isDeleted: boolean][] = [
            [`airflow-secrets-backends-${gone}-old`, old, true],
            [`airflow-secrets-backends-${gone}-new`, new Date(), false],
            [`airflow-secrets-backends-${process.pid}-old`, old, false],
            [`somebody-${gone}-old`, old, false],
        ];
        for (const [name, time] of folders) {
            await mkdir(join(parent, name));
            await utimes(join(parent, name), time, time);
        }
        assert.equal(await withTemporaryFolder(() => Promise.resolve(1), parent), 1);
        const kept = folders.flatMap(([name, , isDeleted]) => (isDeleted ? [] : name));
        assert.deepEqual((await readdir(parent)).sort(), kept.sort());
    });
});
