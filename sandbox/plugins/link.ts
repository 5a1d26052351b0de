import { mkdir, rm, symlink } from "node:fs/promises";
import { join } from "node:path";
import type { Plugin } from "./installed";
import { packages, programOf } from "./packages";

/** Puts the official plugins, and no others, where the engine looks, in the versions that the program's SDKs ask for. */
export async function linkPlugins(pulumiHome: string, plugins: readonly Plugin[]): Promise<void> {
    const home = join(pulumiHome, "plugins");
    await rm(home, { recursive: true, force: true });
    for (const { name, file } of plugins) {
        // The engine overlooks a folder that is a link.
        const folder = join(home, `resource-${name}-v${packages[name]}`);
        await mkdir(folder, { recursive: true });
        await symlink(file, join(folder, programOf(name)));
    }
}
