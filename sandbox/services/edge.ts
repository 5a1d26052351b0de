import { join } from "node:path";
import { projectDir } from "../paths";
import { accepts, typescript } from "./providers";
import type { Supervisor } from "./supervisor";

/** The way to the services by their real names: a proxy, and the authority that its certificates come from. */
export interface Edge {
    readonly proxyUrl: string;
    readonly caPath: string;
}

/** Starts the edge with its closed list of hosts, each with the loopback port that serves it. */
export async function startEdge(
    supervisor: Supervisor,
    options: { dir: string; port: number; routes: Readonly<Record<string, number>> },
): Promise<Edge> {
    const { dir, port } = options;
    const routes = Object.entries(options.routes).flatMap(([host, to]) => ["--route", `${host}=127.0.0.1:${to}`]);
    await supervisor.run({
        name: "edge",
        command: process.execPath,
        args: [
            ...typescript,
            join(projectDir, "sandbox", "edge", "main.ts"),
            ...["--port", String(port), "--dir", dir],
            ...routes,
        ],
        env: { TS_NODE_PROJECT: join(projectDir, "tsconfig.json") },
        ready: () => accepts(port),
    });
    return { proxyUrl: `http://127.0.0.1:${port}`, caPath: join(dir, "ca.pem") };
}
