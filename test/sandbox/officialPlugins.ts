import { buildKubernetes } from "../../sandbox/plugins/builtKubernetes";
import { choosePlugins } from "../../sandbox/plugins/choose";
import { installedPlugin } from "../../sandbox/plugins/installed";

// For `npm run test:official`: official plugins where there are any, the provider host in place of the others.
process.env.SANDBOX_PLUGINS = "auto";

export async function mochaGlobalSetup(): Promise<void> {
    if ((await installedPlugin("kubernetes")) === undefined) {
        await buildKubernetes();
    }
}

/** Says at the end what the tests have run on. */
export async function mochaGlobalTeardown(): Promise<void> {
    await choosePlugins("auto");
}
