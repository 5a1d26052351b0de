import assert from "node:assert/strict";
import { copyFile, mkdir, mkdtemp, readdir, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { projectDir } from "../../../scripts/pulumi";

describe("the TypeScript require hook", () => {
    let dir: string;

    beforeEach(async () => {
        dir = await mkdtemp(join(tmpdir(), "typescript-"));
        await mkdir(join(dir, "scripts"));
        await mkdir(join(dir, "node_modules"));
        for (const name of ["cache.cjs", "typescript.cjs"]) {
            await copyFile(join(projectDir, "scripts", name), join(dir, "scripts", name));
        }
        await symlink(join(projectDir, "node_modules", "sucrase"), join(dir, "node_modules", "sucrase"));
    });
    afterEach(() => rm(dir, { recursive: true, force: true }));

    /** Runs a program and returns its output. */
    async function run(program: string): Promise<string> {
        await writeFile(join(dir, "main.ts"), program);
        const { stdout } = await execa(process.execPath, ["-r", "./scripts/typescript.cjs", "main.ts"], { cwd: dir });
        return stdout;
    }
    const transpilerLoaded = `Object.keys(require.cache).some((file) => file.includes("sucrase/dist"))`;

    it("transpiles a file once, then uses the cached result without loading the transpiler", async () => {
        const line = `const answer: number = 42; console.log(answer, ${transpilerLoaded})`;
        assert.deepEqual([await run(line), await run(line)], ["42 true", "42 false"]);
        const cache = join(dir, "node_modules", ".cache", "airflow-secrets-backends");
        assert.equal((await readdir(cache)).filter((name) => name.endsWith(".js")).length, 1);
    });

    it("transpiles a file again if it has changed", async () => {
        await run("console.log(1 as number)");
        assert.equal(await run("console.log(2 as number)"), "2");
    });

    it("keeps line numbers", async () => {
        const output = await run("interface Unused {\n    a: string;\n}\nconsole.log(new Error().stack)");
        assert.match(output, /main\.ts:4:13/);
    });
});
