import { join } from "node:path";
import { acceptsConnections, programArgs } from "./providers";
import type { Supervisor } from "./supervisor";

/** Access to the services by their real hostnames: a proxy, and the CA of its certificates. */
export interface Edge {
    readonly proxyUrl: string;
    /** Path of the CA certificate, PEM. */
    readonly caPath: string;
}

/** A hostname (`*.` for every host one label below) and the loopback port that serves it. */
export interface Route {
    readonly host: string;
    readonly port: number;
    /** Whether the server speaks HTTP/2 only. */
    readonly h2?: boolean;
}

/** Starts the edge. It serves only the hosts in `routes`. */
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
        args: [...programArgs("edge/main.ts"), ...["--port", String(port), "--dir", dir], ...routes],
        env: {},
        ready: () => acceptsConnections(port),
    });
    return { proxyUrl: `http://127.0.0.1:${port}`, caPath: join(dir, "ca.pem") };
}
