/**
 * Runs the edge as its own process:
 * `node scripts/bundle.cjs sandbox/edge/main.ts --port PORT --dir DIR --route HOST=ADDRESS:PORT[,h2] …`
 */
import { parseArgs } from "node:util";
import { startEdge, type EdgeRoute } from "./proxy";

/**
 * Parses `vault.sandbox.test=127.0.0.1:8200[,h2]`.
 *
 * @throws Error if the format is different
 */
function parseRoute(text: string): EdgeRoute {
    const [, name, address, port, h2] = /^([^=]+)=([^=,]+):(\d+)(,h2)?$/.exec(text) ?? [];
    if (name === undefined || address === undefined) {
        throw new Error(`--route ${text}: expected HOST=ADDRESS:PORT, followed by ",h2" if the server speaks HTTP/2`);
    }
    return {
        host: name.toLowerCase(),
        target: { host: address, port: Number(port) },
        alpn: h2 === undefined ? "http/1.1" : "h2",
    };
}

async function main(): Promise<void> {
    const { values } = parseArgs({
        options: {
            port: { type: "string" },
            dir: { type: "string" },
            route: { type: "string", multiple: true },
        },
    });
    const { port, dir, route } = values;
    if (port === undefined || dir === undefined || route === undefined) {
        throw new Error("--port, --dir and at least one --route are required");
    }
    const edge = await startEdge({
        port: Number(port),
        dir,
        routes: route.map(parseRoute),
        log: (line) => {
            console.error(line);
        },
    });
    for (const signal of ["SIGTERM", "SIGINT"] as const) {
        process.once(signal, () => void edge.close());
    }
    console.log(`edge ready on ${edge.proxyUrl}, certificate ${edge.caPath}`);
}

main().catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
});
