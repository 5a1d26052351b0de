import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { projectDir } from "../../sandbox/paths";

describe("the type check of npm run check", function () {
    this.timeout(120_000);
    this.slow(30_000);
    let dir: string;

    before(async () => {
        dir = await mkdtemp(join(tmpdir(), "typecheck-"));
        await writeFile(join(dir, "wrong.ts"), "export const port: number = 'eighty';\n");
        const config = {
            extends: join(projectDir, "tsconfig.json"),
            compilerOptions: { rootDir: ".", types: [] },
            include: ["wrong.ts"],
        };
        await writeFile(join(dir, "tsconfig.json"), JSON.stringify(config));
    });
    after(() => rm(dir, { recursive: true, force: true }));

    it("fails on a type error, like tsc, although the program itself runs without type check", async () => {
        const manifest = await readFile(join(projectDir, "package.json"), "utf8");
        const { scripts } = JSON.parse(manifest) as { scripts: { check: string } };
        assert.match(scripts.check, / tsc --noEmit &&/);
        const tsc = join(projectDir, "node_modules", ".bin", "tsc");
        const { exitCode, stdout } = await execa(tsc, ["-p", dir, "--noEmit"], { reject: false });
        assert.match(stdout, /wrong\.ts.*TS2322/);
        assert.notEqual(exitCode, 0);
    });
});
