import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { version } from "../../../../package.json";
import { projectDir } from "../../../../sandbox/paths";
import { versionOf } from "../../../../sandbox/plugins/versionOf";

describe("a plugin's version", () => {
    it("is the version that the plugin reports", async () => {
        const provider = join(projectDir, "provider");
        assert.equal(await versionOf(join(provider, "pulumi-resource-airflow-deployment"), provider), version);
    });

    it("is unknown if the program is not a plugin", async () => {
        const dir = await mkdtemp(join(tmpdir(), "plugin-"));
        const file = join(dir, "pulumi-resource-vault");
        await writeFile(file, "#!/bin/sh\necho hello\n", { mode: 0o755 });
        assert.equal(await versionOf(file, dir), undefined);
        await rm(dir, { recursive: true });
    });
});
