import { install } from "../../sandbox/tools/installed";

/** Installs the tools before the first test, so that their one-time build does not count against a test's timeout. */
export async function mochaGlobalSetup(): Promise<void> {
    await install();
}
