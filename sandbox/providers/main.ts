// Serves Pulumi packages to a real engine in place of their plugins: `main.ts --listen vault=7001 --listen
// kubernetes=7002`. The engine reads the ports from PULUMI_DEBUG_PROVIDERS. Its calls do not name a package, so each
// package has a port of its own.
import { parseArgs } from "node:util";
import { airflowDeployment } from "../../provider/package";
import { serve, serveCalls, type RunningServer } from "../../provider/server";
import { awsPackage } from "./aws/package";
import { nativeCalls } from "./azure/native/calls";
import { azureAdPackage, azureNativePackage } from "./azure/packages";
import { bridgedCalls } from "./bridge/calls";
import { gcpPackage } from "./gcp/package";
import { kubernetesCalls } from "./kubernetes/calls";
import { vaultPackage } from "./vault/package";

const ownPackage = airflowDeployment();
const SERVER_NAME = "the sandbox's provider host";

/**
 * Starts the server of a package, by package name. The server answers as the Pulumi Terraform Bridge does, or as those
 * plugins do that are not built on the bridge.
 */
const servers = new Map<string, (port: number) => Promise<RunningServer>>([
    ...[vaultPackage, awsPackage, azureAdPackage, gcpPackage].map(
        (bridgedPackage): [string, (port: number) => Promise<RunningServer>] => [
            bridgedPackage.name,
            (port) => serveCalls(bridgedCalls(bridgedPackage, SERVER_NAME), port),
        ],
    ),
    [azureNativePackage.name, (port) => serveCalls(nativeCalls(azureNativePackage, SERVER_NAME), port)],
    ["kubernetes", (port) => serveCalls(kubernetesCalls(SERVER_NAME), port)],
    // This project's own package, so that a test's engine does not have to start the plugin each time.
    [ownPackage.name, (port) => serve(ownPackage, { port, serverName: `the plugin ${ownPackage.name}` })],
]);

async function main(): Promise<void> {
    const { values } = parseArgs({ options: { listen: { type: "string", multiple: true, default: [] } } });
    const running = await Promise.all(
        values.listen.map((text) => {
            const [name = "", port] = text.split("=");
            const serveOn = servers.get(name);
            if (serveOn === undefined) {
                throw new Error(`${SERVER_NAME} has no package "${name}". Allowed: ${[...servers.keys()].join(", ")}`);
            }
            return serveOn(Number(port));
        }),
    );
    console.log(`listening: ${values.listen.join(" ")}`);
    for (const signal of ["SIGINT", "SIGTERM"] as const) {
        process.once(signal, () => {
            for (const { stop } of running) {
                stop();
            }
            // The cloud clients keep connections open, which would keep the process alive.
            process.exit();
        });
    }
}

main().catch((error: unknown) => {
    console.error(error);
    process.exitCode = 1;
});
