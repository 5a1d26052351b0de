import assert from "node:assert/strict";
import { join } from "node:path";
import { execa } from "execa";
import { projectDir } from "../../../scripts/pulumi";

describe("the arguments of npm run sandbox", function () {
    this.timeout(60_000);

    async function run(...args: string[]): Promise<string> {
        const typescript = ["--require", join(projectDir, "scripts", "typescript.cjs")];
        const command = [...typescript, join(projectDir, "sandbox", "cli.ts"), ...args];
        const { exitCode, all } = await execa(process.execPath, command, { reject: false, all: true });
        assert.equal(exitCode, 1, all);
        return all;
    }

    it("are compared with the commands, and the nearest one is proposed", async () => {
        assert.match(await run("exce", "true"), /^error: unknown command 'exce'\n\(Did you mean exec\?\)/);
        assert.match(await run("verfy", "--json"), /^error: unknown command 'verfy'\n\(Did you mean verify\?\)/);
    });

    it("are compared with the options too, without a command", async () => {
        assert.match(await run("--plugin", "host"), /^error: unknown option '--plugin'\n\(Did you mean --plugins\?\)/);
    });
});
