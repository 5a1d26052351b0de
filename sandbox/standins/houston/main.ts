/**
 * The stand-in for Houston, Astronomer's API, as its own process. Houston itself is not available here. The stand-in
 * implements the calls that the stack makes, keeps variables where Houston keeps them, and returns Houston's errors:
 * `main.ts --port PORT --dir DIR --kubeconfig FILE --release NAME …`.
 */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { KubeConfig } from "@kubernetes/client-node";
import { Accounts } from "./accounts";
import { KubernetesReleases } from "./kubernetesReleases";
import { houstonServer } from "./server";

function main(): void {
    const option = { type: "string" } as const;
    const { values } = parseArgs({
        options: { port: option, dir: option, kubeconfig: option, release: { ...option, multiple: true, default: [] } },
    });
    const { port, dir, kubeconfig, release: names } = values;
    if (dir === undefined || kubeconfig === undefined) {
        throw new Error("--port, --dir and --kubeconfig are required");
    }
    mkdirSync(dir, { recursive: true, mode: 0o700 });
    const config = new KubeConfig();
    config.loadFromFile(kubeconfig);
    const releases = new KubernetesReleases(config);
    const accounts = Accounts.open(join(dir, "keys.json"), names[0] ?? "");
    const server = houstonServer(names, releases, accounts);
    server.listen(Number(port), "127.0.0.1");
    for (const signal of ["SIGINT", "SIGTERM"] as const) {
        process.once(signal, () => {
            server.close();
            server.closeAllConnections();
        });
    }
}

main();
