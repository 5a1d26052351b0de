import { log, SandboxError } from "../progress";
import { buildKubernetes, builtKubernetes } from "./builtKubernetes";
import { installedPlugin, pluginFolders, type Plugin } from "./installed";
import type { PluginMode } from "./mode";
import { packageNames, packages, type PackageName } from "./packages";
import { publishedPlugin } from "./publisher";

/** Finds the official plugins that are to be used, and tells of each package which plugin it gets. */
export async function choosePlugins(mode: PluginMode, folders = pluginFolders()): Promise<Plugin[]> {
    if (mode === "host") {
        log("provider plugins: all played by the provider host");
        return [];
    }
    let found: (Plugin | Missing)[] = [];
    // One after another: downloads are told of in good order.
    for (const name of packageNames) {
        found.push(await pluginOf(name, folders));
    }
    if (mode === "official") {
        const missing = found.filter(isMissing);
        // A build takes long, and would be for nothing where another one is missing.
        if (missing.some(({ name }) => name !== "kubernetes")) {
            throw new SandboxError(refusal(missing));
        }
        if (missing.length > 0) {
            const built = await buildKubernetes();
            found = found.map((each) => (isMissing(each) ? built : each));
        }
    }
    for (const each of found) {
        log(
            isMissing(each)
                ? `provider plugin ${each.name}: the provider host (${each.why})`
                : `provider plugin ${each.name}: official ${each.version}, ${each.file}`,
        );
    }
    return found.filter((each): each is Plugin => !isMissing(each));
}

interface Missing {
    readonly name: PackageName;
    readonly why: string;
}

const isMissing = (plugin: Plugin | Missing): plugin is Missing => "why" in plugin;

async function pluginOf(name: PackageName, folders: string[]): Promise<Plugin | Missing> {
    const installed = await installedPlugin(name, folders);
    if (installed !== undefined) {
        return installed;
    }
    const published = await publishedPlugin(name);
    if (!("why" in published)) {
        return published;
    }
    const built = name === "kubernetes" ? builtKubernetes() : undefined;
    return built ?? { name, why: `not installed, and ${published.why}` };
}

function refusal(missing: readonly Missing[]): string {
    const commands = missing.map(({ name }) => `    pulumi plugin install resource ${name} ${packages[name]}`);
    return [
        `--plugins official: ${missing.length} of ${packageNames.length} official plugins are missing:`,
        ...missing.map(({ name, why }) => `    ${name}: ${why}`),
        `They were looked for in ${pluginFolders().join(", ")} and on PATH. Where the publisher can be reached, run`,
        ...commands,
        "or use --plugins auto, where the provider host plays what is missing.",
    ].join("\n");
}
