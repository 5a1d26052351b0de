import { createServer, type IncomingMessage } from "node:http";
import { connect, type AddressInfo, type Socket } from "node:net";
import { pipeline, type Duplex } from "node:stream";
import { createServer as createTlsServer } from "node:tls";
import { edgeCertificates } from "./ca";

/** A host that clients reach through the edge by its real name, on port 443, and the server that stands behind it. */
export interface EdgeRoute {
    /** `*.example.com` is every host one label below `example.com`. */
    readonly host: string;
    /** Gets the clear bytes of the connection. */
    readonly target: { readonly host: string; readonly port: number };
    /**
     * The protocol agreed on with the client: what the target speaks. A host can have a route a protocol; a client that
     * speaks both gets the first one's.
     */
    readonly alpn: "http/1.1" | "h2";
}

export interface EdgeArgs {
    readonly routes: readonly EdgeRoute[];
    /** Port on loopback; 0 takes a free one. */
    readonly port: number;
    /** Folder of the certificates. */
    readonly dir: string;
    /** Told of connections that broke. */
    readonly log: (line: string) => void;
}

export interface Edge {
    /** `http://127.0.0.1:<port>`, what clients take as `HTTPS_PROXY`. */
    readonly proxyUrl: string;
    /** Path of the certificate to trust, PEM. */
    readonly caPath: string;
    /** Ends every connection and stops listening. */
    close(): Promise<void>;
}

interface ForwardArgs {
    readonly routes: readonly [EdgeRoute, ...EdgeRoute[]];
    /** What the client asked for. */
    readonly host: string;
    readonly client: Duplex;
    /** What the client sent right behind its CONNECT. */
    readonly head: Buffer;
    readonly pair: { readonly cert: string; readonly key: string };
    readonly log: (line: string) => void;
}

/**
 * Starts the edge: an HTTP CONNECT proxy on 127.0.0.1 that makes services of this machine answer by the clouds' own
 * names. It serves the hosts in `routes` and answers 502 with a reason to everything else.
 */
export async function startEdge({ routes, port, dir, log }: EdgeArgs): Promise<Edge> {
    const served = new Map<string, [EdgeRoute, ...EdgeRoute[]]>();
    for (const route of routes) {
        served.set(route.host, [...(served.get(route.host) ?? []), route] as [EdgeRoute, ...EdgeRoute[]]);
    }
    const { caPath, cert, key } = await edgeCertificates(dir, [...served.keys()]);
    const sockets = new Set<Socket>();
    const server = createServer((request, response) => {
        const reason = `this proxy takes CONNECT requests only, not ${request.method ?? "this"}\n`;
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
        const found = served.get(host) ?? served.get(host.replace(/^[^.]+/, "*"));
        if (found === undefined) {
            const hosts = [...served.keys()].join(", ");
            refuse(client, `${authority} is not served by the sandbox's edge, which serves ${hosts}`);
        } else if (authority.slice(colon + 1) !== "443") {
            refuse(client, `${authority}: the sandbox's edge serves port 443 only`);
        } else {
            forward({ routes: found, host, client, head, pair: { cert, key }, log });
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
 * Agrees to the CONNECT once the targets have taken a connection (one's being down is a 502 that says so), ends the
 * client's TLS and passes on the clear bytes to the target that speaks the protocol agreed on.
 */
function forward({ routes, host, client, head, pair, log }: ForwardArgs): void {
    void Promise.all(routes.map(({ target }) => connected(target))).then(
        (upstreams) => {
            const hangUp = () => {
                for (const upstream of upstreams) upstream.destroy();
            };
            const tls = createTlsServer({ ...pair, ALPNProtocols: routes.map(({ alpn }) => alpn) }, (clear) => {
                if (typeof clear.servername === "string" && clear.servername !== host) {
                    log(`${host}: the client then asked TLS for ${clear.servername}`);
                    clear.destroy();
                    hangUp();
                    return;
                }
                // A client that names no protocol speaks HTTP/1.1.
                const index = routes.findIndex(({ alpn }) => alpn === clear.alpnProtocol);
                const agreed = upstreams[index] ?? upstreams[0];
                if (agreed === undefined) {
                    return;
                }
                for (const upstream of upstreams.filter((each) => each !== agreed)) upstream.destroy();
                pipeline(clear, agreed, clear, (error) => {
                    // A client that hangs up between two requests is no news; anything else may explain a failure elsewhere.
                    if (error && error.code !== "ERR_STREAM_PREMATURE_CLOSE") log(`${host}: ${error.message}`);
                });
            });
            tls.once("tlsClientError", (error) => {
                log(`${host}: TLS with the client failed: ${error.message}`);
                hangUp();
            });
            client.write("HTTP/1.1 200 Connection Established\r\n\r\n");
            if (head.length > 0) client.unshift(head);
            // This server listens nowhere: it is handed the one connection whose CONNECT was agreed to.
            tls.emit("connection", client);
        },
        (error: unknown) => {
            refuse(client, `${host}: ${(error as Error).message}`);
        },
    );
}

function connected(target: EdgeRoute["target"]): Promise<Socket> {
    return new Promise((resolve, reject) => {
        const upstream = connect(target);
        const down = (error: Error) => {
            reject(new Error(`nothing answers at ${target.host}:${target.port} (${error.message})`));
        };
        upstream.once("error", down);
        upstream.once("connect", () => {
            upstream.off("error", down);
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
