// Plays Pulumi's provider plugins for a real engine: `main.ts --listen vault=7001 --listen kubernetes=7002`. The engine
// is told of the ports by PULUMI_DEBUG_PROVIDERS; it does not say which package it wants, so each has a port.
import { parseArgs } from "node:util";
import { airflowDeployment } from "../../provider/package";
import { serve, serveCalls, type Served } from "../../provider/server";
import { awsPackage } from "./aws/package";
import { nativeCalls } from "./azure/native/calls";
import { azureAdPackage, azureNativePackage } from "./azure/packages";
import { bridgedCalls } from "./bridge/calls";
import { gcpPackage } from "./gcp/package";
import { kubernetesCalls } from "./kubernetes/calls";
import { vaultPackage } from "./vault/package";

const OWN = airflowDeployment();
const SPEAKER = "the sandbox's provider host";

/** What plays each package, by its name: as Pulumi's bridge answers, or as the plugins do that are not built on it. */
const players = new Map<string, (port: number) => Promise<Served>>([
    ...[vaultPackage, awsPackage, azureAdPackage, gcpPackage].map((of): [string, (port: number) => Promise<Served>] => [
        of.name,
        (port) => serveCalls(bridgedCalls(of, SPEAKER), port),
    ]),
    [azureNativePackage.name, (port) => serveCalls(nativeCalls(azureNativePackage, SPEAKER), port)],
    ["kubernetes", (port) => serveCalls(kubernetesCalls(SPEAKER), port)],
    // This project's own, for tests whose engines need not start it each time.
    [OWN.name, (port) => serve(OWN, { port, speaker: `the plugin ${OWN.name}` })],
]);

async function main(): Promise<void> {
    const { values } = parseArgs({ options: { listen: { type: "string", multiple: true, default: [] } } });
    const servers = await Promise.all(
        values.listen.map((text) => {
            const [name = "", port] = text.split("=");
            const play = players.get(name);
            if (play === undefined) {
                throw new Error(`no package "${name}", only: ${[...players.keys()].join(", ")}`);
            }
            return play(Number(port));
        }),
    );
    console.log(`listening: ${values.listen.join(" ")}`);
    for (const signal of ["SIGINT", "SIGTERM"] as const) {
        process.once(signal, () => {
            for (const { stop } of servers) {
                stop();
            }
            // The clouds' clients keep connections open, and with them the process.
            process.exit();
        });
    }
}

main().catch((error: unknown) => {
    console.error(error);
    process.exitCode = 1;
});
