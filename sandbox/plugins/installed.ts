import { existsSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { find } from "../tools/onPath";
import { isAtLeast } from "../tools/versions";
import { packages, programName, type PackageName } from "./packages";
import { versionOf } from "./versionOf";

/** An official plugin on this machine. */
export interface Plugin {
    readonly name: PackageName;
    readonly version: string;
    /** Path of the executable. */
    readonly file: string;
}

/** Returns the folders into which `pulumi plugin install` puts plugins. */
export function pluginFolders(): string[] {
    const { PULUMI_HOME: home } = process.env;
    const homes = [...(home === undefined || home === "" ? [] : [home]), join(homedir(), ".pulumi")];
    return homes.map((each) => join(each, "plugins"));
}

/**
 * Returns the installed official plugin of a package, or `undefined` if none has the SDK's major version. Plugin
 * folders come before PATH. Within a folder, the SDK's exact version comes first, then the newest.
 */
export async function installedPlugin(name: PackageName, folders = pluginFolders()): Promise<Plugin | undefined> {
    for (const folder of folders) {
        const versions = await versionsIn(folder, name);
        const version = versions.find((each) => each === packages[name]) ?? versions.sort(newestFirst)[0];
        if (version !== undefined) {
            return { name, version, file: join(folder, `resource-${name}-v${version}`, programName(name)) };
        }
    }
    const file = await find(programName(name));
    if (file === undefined) {
        return undefined;
    }
    const version = await versionOf(file, dirname(file));
    return version !== undefined && isCompatible(name, version) ? { name, version, file } : undefined;
}

async function versionsIn(folder: string, name: PackageName): Promise<string[]> {
    const entries = existsSync(folder) ? await readdir(folder) : [];
    return entries.flatMap((entry) => {
        const version = entry.startsWith(`resource-${name}-v`) ? entry.slice(`resource-${name}-v`.length) : "";
        // An interrupted download leaves an empty folder, or a folder with a `.partial` file beside it.
        const isComplete =
            existsSync(join(folder, entry, programName(name))) && !existsSync(join(folder, `${entry}.partial`));
        return isComplete && isCompatible(name, version) ? [version] : [];
    });
}

function isCompatible(name: PackageName, version: string): boolean {
    return /^\d+\.\d+\.\d+/.test(version) && version.split(".")[0] === packages[name].split(".")[0];
}

function newestFirst(left: string, right: string): number {
    const [a, b] = [left, right].map((version) => version.split("-")[0] ?? "") as [string, string];
    return a === b ? 0 : isAtLeast(a, b) ? -1 : 1;
}
