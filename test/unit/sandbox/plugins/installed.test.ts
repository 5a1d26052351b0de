import assert from "node:assert/strict";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { choosePlugins } from "../../../../sandbox/plugins/choose";
import { installedPlugin } from "../../../../sandbox/plugins/installed";
import { linkPlugins } from "../../../../sandbox/plugins/link";
import { pluginMode } from "../../../../sandbox/plugins/mode";
import { packages } from "../../../../sandbox/plugins/packages";
import { SandboxError } from "../../../../sandbox/progress";

const [major = ""] = packages.vault.split(".");

describe("official plugins", () => {
    let dir: string;

    beforeEach(async () => {
        dir = await mkdtemp(join(tmpdir(), "plugins-"));
    });
    afterEach(() => rm(dir, { recursive: true, force: true }));

    async function install(name: string, version: string, at = dir): Promise<void> {
        const folder = join(at, `resource-${name}-v${version}`);
        await mkdir(folder, { recursive: true });
        await writeFile(join(folder, `pulumi-resource-${name}`), version, { mode: 0o755 });
    }

    it("are found in the SDK's exact version, before newer ones", async () => {
        await install("vault", `${major}.999.0`);
        await install("vault", packages.vault);
        assert.deepEqual(await installedPlugin("vault", [dir]), {
            name: "vault",
            version: packages.vault,
            file: join(dir, `resource-vault-v${packages.vault}`, "pulumi-resource-vault"),
        });
    });

    it("are found in the newest version that has the SDK's major version", async () => {
        await install("vault", `${major}.2.0`);
        await install("vault", `${major}.10.0`);
        await install("vault", `${Number(major) + 1}.0.0`);
        assert.equal((await installedPlugin("vault", [dir]))?.version, `${major}.10.0`);
    });

    it("are not found in another major version, in an empty folder or after an interrupted installation", async () => {
        await install("vault", `${Number(major) - 1}.9.0`);
        await mkdir(join(dir, `resource-vault-v${packages.vault}`));
        await install("vault", `${major}.1.0`);
        await writeFile(join(dir, `resource-vault-v${major}.1.0.partial`), "");
        assert.equal(await installedPlugin("vault", [dir, join(dir, "no-such-folder")]), undefined);
    });

    it("of another package with the same name prefix are not used", async () => {
        await install("aws-native", packages.aws);
        assert.equal(await installedPlugin("aws", [dir]), undefined);
    });

    it("are linked into the engine's plugin folder in the SDK's version, and old ones are removed", async () => {
        const [elsewhere, home] = [join(dir, "elsewhere"), join(dir, "home")];
        await install("vault", `${major}.1.0`, elsewhere);
        await install("gcp", packages.gcp, join(home, "plugins"));
        const vault = await installedPlugin("vault", [elsewhere]);
        await linkPlugins(home, [vault!]);
        assert.deepEqual(await readdir(join(home, "plugins")), [`resource-vault-v${packages.vault}`]);
        const linked = join(home, "plugins", `resource-vault-v${packages.vault}`, "pulumi-resource-vault");
        assert.equal(await readFile(linked, "utf8"), `${major}.1.0`);
    });

    it("are required by --plugins official: the error names missing ones and how to install them", async () => {
        for (const name of ["kubernetes", "vault", "gcp", "azuread", "azure-native"] as const) {
            await install(name, packages[name]);
        }
        await assert.rejects(choosePlugins("official", [dir]), (error) => {
            assert.ok(error instanceof SandboxError);
            assert.match(error.message, /1 of 6 official plugins are missing:\n {4}aws: not installed/);
            assert.match(error.message, new RegExp(`pulumi plugin install resource aws ${packages.aws}`));
            return true;
        });
        const chosen = await choosePlugins("auto", [dir]);
        assert.deepEqual(
            chosen.map(({ name }) => name),
            ["vault", "gcp", "azure-native", "azuread", "kubernetes"],
        );
        assert.deepEqual(await choosePlugins("host", [dir]), []);
    });
});

describe("SANDBOX_PLUGINS", () => {
    const before = process.env.SANDBOX_PLUGINS;
    afterEach(() => {
        process.env.SANDBOX_PLUGINS = before;
    });

    it("defaults to auto if it is empty, and is an error if it is not a mode", () => {
        process.env.SANDBOX_PLUGINS = "";
        assert.equal(pluginMode(), "auto");
        process.env.SANDBOX_PLUGINS = "offical";
        assert.throws(pluginMode, /SANDBOX_PLUGINS is "offical". Allowed: auto, official, host/);
    });
});
