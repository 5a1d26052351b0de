import { mkdir, rm, symlink } from "node:fs/promises";
import { join } from "node:path";
import type { Plugin } from "./installed";
import { packages, programName } from "./packages";

/**
 * Links the official plugins, and no others, into the engine's plugin folder, under the versions that the SDKs require.
 */
export async function linkPlugins(pulumiHome: string, plugins: readonly Plugin[]): Promise<void> {
    const home = join(pulumiHome, "plugins");
    await rm(home, { recursive: true, force: true });
    for (const { name, file } of plugins) {
        // The engine ignores a folder that is a symlink, so only the executable is linked.
        const folder = join(home, `resource-${name}-v${packages[name]}`);
        await mkdir(folder, { recursive: true });
        await symlink(file, join(folder, programName(name)));
    }
}
