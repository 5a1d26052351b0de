import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { connect, type AddressInfo, type Socket } from "node:net";
import { pipeline, type Duplex } from "node:stream";
import { createServer as createTlsServer } from "node:tls";
import { edgeCertificates } from "./ca";
import { bodyOf, EdgeFaults, type EdgeFault } from "./faults";

/** A host that clients reach through the edge by its real name, on port 443, and the server that handles it. */
export interface EdgeRoute {
    /** `*.example.com` matches every host exactly one label below `example.com`. */
    readonly host: string;
    /** Receives the decrypted bytes of the connection. */
    readonly target: { readonly host: string; readonly port: number };
    /**
     * The protocol that the target speaks, negotiated with the client by ALPN. A host can have one route per protocol;
     * a client that speaks both gets the first route.
     */
    readonly alpn: "http/1.1" | "h2";
}

export interface EdgeArgs {
    readonly routes: readonly EdgeRoute[];
    /** Port on loopback; 0 chooses a free one. */
    readonly port: number;
    /** Folder for the certificates. */
    readonly dir: string;
    /** Receives a line per failed connection. */
    readonly log: (line: string) => void;
}

export interface Edge {
    /** `http://127.0.0.1:<port>`, the clients' `HTTPS_PROXY`. */
    readonly proxyUrl: string;
    /** Path of the CA certificate to trust, PEM. */
    readonly caPath: string;
    /** Closes every connection and stops listening. */
    close(): Promise<void>;
}

interface ForwardArgs {
    readonly routes: readonly [EdgeRoute, ...EdgeRoute[]];
    /** The host of the client's CONNECT request. */
    readonly host: string;
    readonly client: Duplex;
    /** What the client sent together with its CONNECT request. */
    readonly head: Buffer;
    readonly pair: { readonly cert: string; readonly key: string };
    readonly faults: EdgeFaults;
    readonly log: (line: string) => void;
}

/**
 * Starts the edge: an HTTP CONNECT proxy on 127.0.0.1 that makes local services reachable by the clouds' real
 * hostnames. It serves the hosts in `routes` and answers everything else with 502 and a reason. `PUT /faults` takes a list
 * of `EdgeFault` and closes the connections that cannot get them; `GET /faults` returns `EdgeSeen`.
 */
export async function startEdge({ routes, port, dir, log }: EdgeArgs): Promise<Edge> {
    const routesByHost = new Map<string, [EdgeRoute, ...EdgeRoute[]]>();
    for (const route of routes) {
        routesByHost.set(route.host, [...(routesByHost.get(route.host) ?? []), route] as [EdgeRoute, ...EdgeRoute[]]);
    }
    const { caPath, cert, key } = await edgeCertificates(dir, [...routesByHost.keys()]);
    const sockets = new Set<Socket>();
    const faults = new EdgeFaults();
    const server = createServer((request, response) => {
        if (request.url === "/faults") {
            void controlFaults(request, response, faults, () => {
                for (const socket of sockets) if (socket !== request.socket) socket.destroy();
            });
            return;
        }
        const reason = `this proxy accepts CONNECT requests only, not ${request.method ?? "this"}\n`;
        response.writeHead(502, { "Content-Type": "text/plain", Connection: "close" }).end(reason);
    });
    server.on("connection", (socket) => {
        sockets.add(socket);
        socket.once("close", () => sockets.delete(socket));
    });
    server.on("connect", (request: IncomingMessage, client: Duplex, head: Buffer) => {
        client.on("error", (error) => {
            log(`${request.url ?? "?"}: client: ${error.message}`);
        });
        const authority = request.url ?? "";
        const colon = authority.lastIndexOf(":");
        const host = authority.slice(0, colon).toLowerCase();
        const hostRoutes = routesByHost.get(host) ?? routesByHost.get(host.replace(/^[^.]+/, "*"));
        if (hostRoutes === undefined) {
            const hosts = [...routesByHost.keys()].join(", ");
            refuse(client, `${authority} is not served by the sandbox's edge, which serves ${hosts}`);
        } else if (authority.slice(colon + 1) !== "443") {
            refuse(client, `${authority}: the sandbox's edge serves port 443 only`);
        } else {
            forward({ routes: hostRoutes, host, client, head, pair: { cert, key }, faults, log });
        }
    });
    await new Promise<void>((resolve, reject) => {
        server.once("error", reject).listen(port, "127.0.0.1", resolve);
    });
    return {
        proxyUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
        caPath,
        close: () =>
            new Promise((resolve, reject) => {
                server.close((error) => {
                    if (error === undefined) resolve();
                    else reject(error);
                });
                for (const socket of sockets) socket.destroy();
            }),
    };
}

/**
 * Accepts the CONNECT once all targets are connected (502 with the reason if one is down), terminates the client's TLS,
 * and forwards the decrypted bytes to the target that speaks the negotiated protocol.
 */
function forward({ routes, host, client, head, pair, faults, log }: ForwardArgs): void {
    void Promise.all(routes.map(({ target }) => connectTo(target))).then(
        (upstreams) => {
            const closeUpstreams = () => {
                for (const upstream of upstreams) upstream.destroy();
            };
            const tls = createTlsServer({ ...pair, ALPNProtocols: routes.map(({ alpn }) => alpn) }, (clear) => {
                if (typeof clear.servername === "string" && clear.servername !== host) {
                    log(`${host}: the client's TLS server name is ${clear.servername}`);
                    clear.destroy();
                    closeUpstreams();
                    return;
                }
                // Without ALPN, a client speaks HTTP/1.1.
                const index = routes.findIndex(({ alpn }) => alpn === clear.alpnProtocol);
                const selected = upstreams[index] ?? upstreams[0];
                if (selected === undefined) {
                    return;
                }
                const { target, alpn } = routes[index] ?? routes[0];
                if (faults.isActive && alpn === "http/1.1") {
                    closeUpstreams();
                    // This server does not listen either.
                    faults.server(host, target).emit("connection", clear);
                    return;
                }
                for (const upstream of upstreams.filter((each) => each !== selected)) upstream.destroy();
                pipeline(clear, selected, clear, (error) => {
                    // It is normal that a client closes its connection between two requests. Anything else may explain
                    // a failure elsewhere.
                    if (error && error.code !== "ERR_STREAM_PREMATURE_CLOSE") log(`${host}: ${error.message}`);
                });
            });
            tls.once("tlsClientError", (error) => {
                log(`${host}: TLS with the client failed: ${error.message}`);
                closeUpstreams();
            });
            client.write("HTTP/1.1 200 Connection Established\r\n\r\n");
            if (head.length > 0) client.unshift(head);
            // This server does not listen: it is handed the one connection whose CONNECT was accepted.
            tls.emit("connection", client);
        },
        (error: unknown) => {
            refuse(client, `${host}: ${(error as Error).message}`);
        },
    );
}

/** Replaces the faults, or returns what the edge has seen. */
async function controlFaults(
    request: IncomingMessage,
    response: ServerResponse,
    faults: EdgeFaults,
    closeConnections: () => void,
): Promise<void> {
    if (request.method === "PUT") {
        const body = await bodyOf(request);
        // Connections that were made while there were faults get the new ones too.
        const mayHaveOthers = !faults.isActive;
        faults.set(JSON.parse(body.toString("utf8")) as EdgeFault[]);
        if (mayHaveOthers) {
            closeConnections();
        }
    }
    response.writeHead(200, { "Content-Type": "application/json" }).end(JSON.stringify(faults.seen));
}

function connectTo(target: EdgeRoute["target"]): Promise<Socket> {
    return new Promise((resolve, reject) => {
        const upstream = connect(target);
        const onError = (error: Error) => {
            reject(new Error(`nothing answers at ${target.host}:${target.port} (${error.message})`));
        };
        upstream.once("error", onError);
        upstream.once("connect", () => {
            upstream.off("error", onError);
            resolve(upstream);
        });
    });
}

function refuse(client: Duplex, reason: string): void {
    const body = `${reason}\n`;
    client.end(
        `HTTP/1.1 502 Bad Gateway\r\nContent-Type: text/plain\r\nContent-Length: ${Buffer.byteLength(body)}\r\n` +
            `Connection: close\r\n\r\n${body}`,
    );
}
