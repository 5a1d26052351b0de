import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { goBuild } from "../../../../sandbox/tools/goBuild";

describe("goBuild", () => {
    const { PATH, HTTPS_PROXY, SANDBOX_OUTSIDE_PROXY } = process.env;
    let dir: string;

    beforeEach(async () => {
        dir = await mkdtemp(join(tmpdir(), "go-"));
        const script = `#!/bin/sh\necho "$HTTPS_PROXY|$CGO_ENABLED|$*" > ${join(dir, "called")}\n`;
        await writeFile(join(dir, "go"), script, { mode: 0o755 });
        process.env.PATH = [dir, PATH ?? ""].join(delimiter);
    });
    afterEach(async () => {
        for (const [name, value] of Object.entries({ PATH, HTTPS_PROXY, SANDBOX_OUTSIDE_PROXY })) {
            if (value === undefined) {
                Reflect.deleteProperty(process.env, name);
            } else {
                process.env[name] = value;
            }
        }
        await rm(dir, { recursive: true, force: true });
    });

    async function called(): Promise<string> {
        await goBuild({ module: "actionlint", package: "example.com/program" }, "/somewhere");
        return readFile(join(dir, "called"), "utf8");
    }

    it("builds the pinned sources through the user's own proxy", async () => {
        process.env.HTTPS_PROXY = "http://proxy.example.com";
        const call = await called();
        assert.match(call, /^http:\/\/proxy\.example\.com\|0\|build -mod=readonly /);
        assert.match(call, / -o \/somewhere\/actionlint example\.com\/program\n$/);
    });

    it("does not use the sandbox's proxy when it is called inside the sandbox", async () => {
        process.env.HTTPS_PROXY = "http://127.0.0.1:1";
        process.env.SANDBOX_OUTSIDE_PROXY = "";
        assert.match(await called(), /^\|0\|build /);
        process.env.SANDBOX_OUTSIDE_PROXY = "http://proxy.example.com";
        assert.match(await called(), /^http:\/\/proxy\.example\.com\|0\|build /);
    });
});
