import { join } from "node:path";
import { accepts, program } from "./providers";
import type { Supervisor } from "./supervisor";

/** The way to the services by their real names: a proxy, and the authority that its certificates come from. */
export interface Edge {
    readonly proxyUrl: string;
    readonly caPath: string;
}

/** A host's own name, `*.` for every one below, and the loopback port that serves it. */
export interface Route {
    readonly host: string;
    readonly port: number;
    /** Whether the server speaks HTTP/2 only. */
    readonly h2?: boolean;
}

/** Starts the edge with its closed list of hosts, each with the loopback port that serves it. */
export async function startEdge(
    supervisor: Supervisor,
    options: { dir: string; port: number; routes: readonly Route[] },
): Promise<Edge> {
    const { dir, port } = options;
    const routes = options.routes.flatMap(({ host, port: to, h2 }) => [
        "--route",
        `${host}=127.0.0.1:${to}${h2 === true ? ",h2" : ""}`,
    ]);
    await supervisor.run({
        name: "edge",
        command: process.execPath,
        args: [...program("edge/main.ts"), ...["--port", String(port), "--dir", dir], ...routes],
        env: {},
        ready: () => accepts(port),
    });
    return { proxyUrl: `http://127.0.0.1:${port}`, caPath: join(dir, "ca.pem") };
}
