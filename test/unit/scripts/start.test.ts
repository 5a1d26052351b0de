import assert from "node:assert/strict";
import { chmod, copyFile, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { execa } from "execa";
import { projectDir } from "../../../scripts/pulumi";

describe("start.mjs", () => {
    let dir: string;

    beforeEach(async () => {
        dir = await mkdtemp(join(tmpdir(), "start-"));
        for (const folder of ["scripts", "sandbox", "bin", "node_modules"]) {
            await mkdir(join(dir, folder));
        }
        await copyFile(join(projectDir, "scripts", "start.mjs"), join(dir, "scripts", "start.mjs"));
        await write("scripts/typescript.cjs", `require.extensions[".ts"] = require.extensions[".js"];`);
        await write("scripts/command.ts", `console.log("command runs");`);
        await write("sandbox/command.ts", `console.log("command runs");`);
        await write("bin/npm", `#!/bin/sh\necho "npm $*"\n`);
        await chmod(join(dir, "bin", "npm"), 0o755);
        await lock({ "": { dependencies: { product: "1.0.0" } }, ...product("1.0.0"), ...tests });
    });
    afterEach(() => rm(dir, { recursive: true, force: true }));

    const product = (version: string) => ({ "node_modules/product": { version } });
    const tests = { "node_modules/tests": { version: "1.0.0", dev: true } };

    const write = (file: string, text: string): Promise<void> => writeFile(join(dir, file), text);
    const lock = (packages: object): Promise<void> => write("package-lock.json", JSON.stringify({ packages }));
    /** What `npm ci` writes about the packages that it has installed. */
    const installed = (packages: object): Promise<void> =>
        write("node_modules/.package-lock.json", JSON.stringify({ packages }));

    /** Returns whether npm ran before the command. */
    async function installs(program: string): Promise<boolean> {
        const { all } = await execa(process.execPath, ["scripts/start.mjs", program], {
            cwd: dir,
            env: { PATH: [join(dir, "bin"), dirname(process.execPath), process.env.PATH].join(delimiter) },
            all: true,
        });
        assert.match(all, /command runs/);
        return /^npm ci /m.test(all);
    }

    it("installs all packages once, and again when the lock file changes", async () => {
        assert.deepEqual([await installs("sandbox/command.ts"), await installs("sandbox/command.ts")], [true, false]);
        await lock({ "": { dependencies: { product: "2.0.0" } }, ...product("2.0.0") });
        assert.equal(await installs("sandbox/command.ts"), true);
    });

    it("accepts for the commands in scripts/ that only their packages are installed", async () => {
        await installed(product("1.0.0"));
        assert.equal(await installs("scripts/command.ts"), false);
        assert.equal(await installs("sandbox/command.ts"), true);
    });

    it("installs for the commands in scripts/ if a package is missing or has another version", async () => {
        for (const packages of [undefined, {}, product("0.9.0"), { ...product("1.0.0"), "node_modules/old": {} }]) {
            await rm(join(dir, "node_modules"), { recursive: true });
            await mkdir(join(dir, "node_modules"));
            if (packages !== undefined) {
                await installed(packages);
            }
            assert.equal(await installs("scripts/command.ts"), true, JSON.stringify(packages));
        }
    });
});
