import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openSandbox, type Sandbox } from "../../sandbox/sandbox";
import { install } from "../../sandbox/tools/installed";
import { azuread } from "./replay/azuread";
import { gcp } from "./replay/gcp";
import { kubernetes } from "./replay/kubernetes";
import { describeReplay } from "./replay/replay";
import { vault } from "./replay/vault";

/** Runs without an engine: replays the calls that an engine made to the official plugins. */
describe("the provider host's answers to the recorded calls", function () {
    this.timeout(300_000);
    this.slow(10_000);
    let dir: string;
    let sandbox: Sandbox;

    before(async () => {
        const installed = await install();
        dir = await mkdtemp(join(tmpdir(), "replay-"));
        process.env.SANDBOX_STATE_DIR = dir;
        sandbox = await openSandbox(installed, { plugins: "host" });
    });
    after(async () => {
        await sandbox.close();
        await rm(dir, { recursive: true, force: true });
    });

    for (const replayCase of [azuread, gcp, kubernetes, vault]) {
        describeReplay(replayCase, () => sandbox);
    }
});
