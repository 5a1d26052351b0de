// Plays Pulumi's provider plugins for a real engine: `main.ts --listen vault=7001 --listen kubernetes=7002`. The engine
// is told of the ports by PULUMI_DEBUG_PROVIDERS; it does not say which package it wants, so each has a port.
import { parseArgs } from "node:util";
import { awsPackage } from "./aws/package";
import { azureAdPackage, azureNativePackage } from "./azure/packages";
import { gcpPackage } from "./gcp/package";
import { kubernetesPackage } from "./kubernetes/package";
import { serve } from "../../provider/server";
import { vaultPackage } from "./vault/package";

const packages = [vaultPackage, awsPackage, gcpPackage, azureNativePackage, azureAdPackage, kubernetesPackage];

async function main(): Promise<void> {
    const { values } = parseArgs({ options: { listen: { type: "string", multiple: true, default: [] } } });
    const servers = await Promise.all(
        values.listen.map((text) => {
            const [name, port] = text.split("=");
            const wanted = packages.find((candidate) => candidate.name === name);
            if (wanted === undefined) {
                throw new Error(`no package "${name ?? ""}", only: ${packages.map((known) => known.name).join(", ")}`);
            }
            return serve(wanted, { port: Number(port), speaker: "the sandbox's provider host" });
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
