import { install } from "../../sandbox/tools/installed";

/** Before the first test, so that building the tools, once on a machine, counts against no test's time. */
export async function mochaGlobalSetup(): Promise<void> {
    await install();
}
