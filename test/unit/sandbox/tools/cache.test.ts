import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { cached } from "../../../../sandbox/tools/cache";
import { isAtLeast } from "../../../../sandbox/tools/versions";

describe("cached", () => {
    let dir: string;

    beforeEach(async () => {
        dir = await mkdtemp(join(tmpdir(), "cache-"));
    });
    afterEach(() => rm(dir, { recursive: true, force: true }));

    it("creates a folder once, even with concurrent callers", async () => {
        const folder = join(dir, "tools", "vault-1");
        let made = 0;
        const make = async (temporary: string): Promise<void> => {
            made += 1;
            await writeFile(join(temporary, "vault"), "binary");
            assert.equal(existsSync(folder), false, "an incomplete folder is not visible");
        };
        const folders = await Promise.all([cached(folder, make), cached(folder, make), cached(folder, make)]);
        assert.deepEqual(folders, [folder, folder, folder]);
        assert.equal(made, 1);
        assert.equal(await readFile(join(folder, "vault"), "utf8"), "binary");
    });

    it("leaves nothing behind if `make` fails, and the next call tries again", async () => {
        const folder = join(dir, "vault-1");
        const failing = async (temporary: string): Promise<void> => {
            await writeFile(join(temporary, "half"), "");
            throw new Error("no compiler");
        };
        await assert.rejects(cached(folder, failing), /no compiler/);
        assert.deepEqual(await readdir(dir), []);
        await cached(folder, () => Promise.resolve());
        assert.deepEqual(await readdir(dir), ["vault-1"]);
    });
});

describe("isAtLeast", () => {
    it("compares versions part by part, as numbers", () => {
        const cases: [string, string, boolean][] = [
            ["3.256.0", "3.244.0", true],
            ["3.244.0", "3.244.0", true],
            ["3.9.9", "3.244.0", false],
            ["4.0.0", "3.244.0", true],
            ["1.9.10", "1.12.0", false],
            ["1.26", "1.21.0", true],
            ["1.21", "1.21.0", false],
        ];
        for (const [found, wanted, expected] of cases) {
            assert.equal(isAtLeast(found, wanted), expected, `${found} against ${wanted}`);
        }
    });
});
