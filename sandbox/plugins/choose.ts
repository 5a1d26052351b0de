import { log, SandboxError } from "../progress";
import { buildKubernetes, builtKubernetes } from "./builtKubernetes";
import { installedPlugin, pluginFolders, type Plugin } from "./installed";
import type { PluginMode } from "./mode";
import { packageNames, packages, type PackageName } from "./packages";
import { publishedPlugin } from "./publisher";

/**
 * Returns the official plugins to use. Logs for each package whether an official plugin or the provider host serves it.
 *
 * @param folders the plugin folders to search; default: those of `pulumi plugin install`
 * @throws SandboxError if `mode` is `official` and a plugin is missing
 */
export async function choosePlugins(mode: PluginMode, folders = pluginFolders()): Promise<Plugin[]> {
    if (mode === "host") {
        log("provider plugins: the provider host for all packages");
        return [];
    }
    let found: (Plugin | MissingPlugin)[] = [];
    // Sequential, so that downloads are logged in order.
    for (const name of packageNames) {
        found.push(await pluginOf(name, folders));
    }
    if (mode === "official") {
        const missing = found.filter(isMissing);
        // A build takes long and would be useless if another plugin is missing.
        if (missing.some(({ name }) => name !== "kubernetes")) {
            throw new SandboxError(missingPluginsMessage(missing));
        }
        if (missing.length > 0) {
            const built = await buildKubernetes();
            found = found.map((each) => (isMissing(each) ? built : each));
        }
    }
    for (const each of found) {
        log(
            isMissing(each)
                ? `provider plugin ${each.name}: the provider host (${each.reason})`
                : `provider plugin ${each.name}: official ${each.version}, ${each.file}`,
        );
    }
    return found.filter((each): each is Plugin => !isMissing(each));
}

interface MissingPlugin {
    readonly name: PackageName;
    readonly reason: string;
}

const isMissing = (plugin: Plugin | MissingPlugin): plugin is MissingPlugin => "reason" in plugin;

async function pluginOf(name: PackageName, folders: string[]): Promise<Plugin | MissingPlugin> {
    const installed = await installedPlugin(name, folders);
    if (installed !== undefined) {
        return installed;
    }
    const published = await publishedPlugin(name);
    if (!("reason" in published)) {
        return published;
    }
    const built = name === "kubernetes" ? builtKubernetes() : undefined;
    return built ?? { name, reason: `not installed, and ${published.reason}` };
}

function missingPluginsMessage(missing: readonly MissingPlugin[]): string {
    const commands = missing.map(({ name }) => `    pulumi plugin install resource ${name} ${packages[name]}`);
    return [
        `--plugins official: ${missing.length} of ${packageNames.length} official plugins are missing:`,
        ...missing.map(({ name, reason }) => `    ${name}: ${reason}`),
        `Searched: ${pluginFolders().join(", ")} and PATH. On a machine that can reach the publisher, run`,
        ...commands,
        "or use --plugins auto: the provider host then serves the missing packages.",
    ].join("\n");
}
