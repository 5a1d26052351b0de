import assert from "node:assert/strict";
import { copyFile, mkdir, mkdtemp, readdir, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { projectDir } from "../../../scripts/pulumi";

describe("a program's bundle", () => {
    let dir: string;

    beforeEach(async () => {
        dir = await mkdtemp(join(tmpdir(), "bundle-"));
        await mkdir(join(dir, "scripts"));
        await mkdir(join(dir, "node_modules", "greeting"), { recursive: true });
        for (const name of ["bundle.cjs", "cache.cjs", "typescript.cjs"]) {
            await copyFile(join(projectDir, "scripts", name), join(dir, "scripts", name));
        }
        for (const name of ["esbuild", "sucrase"]) {
            await symlink(join(projectDir, "node_modules", name), join(dir, "node_modules", name));
        }
        await write("package-lock.json", "{}");
        await write("node_modules/greeting/index.js", `exports.hello = (name) => "hello " + name;`);
        await write("node_modules/greeting/package.json", `{ "name": "greeting", "version": "1.0.0" }`);
        await write("whom.ts", `export const whom: string = "world";`);
        await write("main.ts", program);
    });
    afterEach(() => rm(dir, { recursive: true, force: true }));

    /** Prints a greeting, and which packages Node.js has loaded. */
    const program = `
        import { hello } from "greeting";
        import { whom } from "./whom";
        const loaded = Object.keys(require.cache).map((file) => /node_modules.(\\w+)/.exec(file)?.[1]).filter(Boolean);
        console.log(hello(whom), ...process.argv.slice(2), ...new Set(loaded));
    `;
    const write = (file: string, text: string): Promise<void> => writeFile(join(dir, file), text);
    const run = async (...args: string[]): Promise<string> =>
        (await execa(process.execPath, ["scripts/bundle.cjs", "main.ts", ...args], { cwd: dir })).stdout;
    const cache = join("node_modules", ".cache", "airflow-secrets-backends");
    const bundles = async (): Promise<string[]> =>
        (await readdir(join(dir, cache))).filter((name) => name.endsWith(".cjs"));

    it("is built once, and contains the program's packages", async () => {
        assert.deepEqual([await run("a", "b"), await run("a")], ["hello world a b esbuild", "hello world a"]);
        assert.equal((await bundles()).length, 1);
    });

    it("is rebuilt and replaced if a source or the lock file has changed", async () => {
        await run();
        await write("whom.ts", `export const whom: string = "you";`);
        assert.equal(await run(), "hello you esbuild");
        await write("node_modules/greeting/index.js", `exports.hello = (name) => "good morning " + name;`);
        await write("package-lock.json", `{ "version": 2 }`);
        assert.equal(await run(), "good morning you esbuild");
        assert.equal(await run(), "good morning you");
        assert.equal((await bundles()).length, 1);
    });

    it("is rebuilt if a source was deleted", async () => {
        await run();
        await write("main.ts", program.replace("./whom", "./who"));
        await write("who.ts", `export const whom: string = "you all";`);
        await rm(join(dir, "whom.ts"));
        assert.equal(await run(), "hello you all esbuild");
    });

    it("is not used if the cache cannot be written", async () => {
        // No folder is read-only for root, so mkdirSync fails instead.
        const readOnly = `require("node:fs").mkdirSync = () => { throw Object.assign(new Error(), { code: "EROFS" }); };`;
        await write("readOnly.cjs", readOnly);
        const { stdout } = await execa(
            process.execPath,
            ["-r", "./readOnly.cjs", "scripts/bundle.cjs", "main.ts", "a"],
            {
                cwd: dir,
            },
        );
        assert.match(stdout, /^hello world a .*greeting$/);
        // Node.js 22 and later write their compile cache themselves.
        const files = await readdir(dir, { recursive: true });
        assert.deepEqual(
            files.filter((file) => file.startsWith(cache) && /\.c?js(on)?$/.test(file)),
            [],
        );
    });

    it("reports the position of a syntax error in a source", async () => {
        await write("whom.ts", "export const whom = ;");
        await assert.rejects(run(), /whom\.ts:1:20/);
    });
});
