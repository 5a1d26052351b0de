import { buildKubernetes } from "../../sandbox/plugins/builtKubernetes";
import { choosePlugins } from "../../sandbox/plugins/choose";
import { installedPlugin } from "../../sandbox/plugins/installed";

// For `npm run test:official`: the official plugins that are installed, and the provider host for the others.
process.env.SANDBOX_PLUGINS = "auto";

export async function mochaGlobalSetup(): Promise<void> {
    if ((await installedPlugin("kubernetes")) === undefined) {
        await buildKubernetes();
    }
}

/** Prints at the end which plugins the tests used. */
export async function mochaGlobalTeardown(): Promise<void> {
    await choosePlugins("auto");
}
