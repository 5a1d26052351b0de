import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer as createHttpServer } from "node:http";
import { connect as connectHttp2, createServer as createHttp2Server } from "node:http2";
import { connect, type AddressInfo, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect as connectTls } from "node:tls";
import { ProxyAgent, fetch } from "undici";
import { startEdge, type Edge } from "../../../../sandbox/edge/proxy";

describe("edge", () => {
    let dir: string;
    let edge: Edge;
    let agent: ProxyAgent;
    const servers: Server[] = [];
    const log: string[] = [];

    before(async () => {
        dir = mkdtempSync(join(tmpdir(), "edge-"));
        const http1 = createHttpServer((request, response) => {
            response.end(`${request.headers.host ?? ""} ${request.url ?? ""}`);
        });
        const http2 = createHttp2Server((_, response) => {
            response.end("over h2c");
        });
        servers.push(http1, http2);
        const closed = createHttpServer();
        const downPort = await listen(closed);
        await new Promise((resolve) => closed.close(resolve));
        const plain = await listen(http1);
        const target = (port: number) => ({ host: "127.0.0.1", port });
        edge = await startEdge({
            port: 0,
            dir,
            routes: [
                { host: "vault.sandbox.test", target: target(plain), alpn: "http/1.1" },
                { host: "secretmanager.googleapis.com", target: target(plain), alpn: "http/1.1" },
                { host: "secretmanager.googleapis.com", target: target(await listen(http2)), alpn: "h2" },
                { host: "*.vault.azure.net", target: target(plain), alpn: "http/1.1" },
                { host: "down.sandbox.test", target: target(downPort), alpn: "http/1.1" },
            ],
            log: (line) => log.push(line),
        });
        agent = new ProxyAgent({ uri: edge.proxyUrl, requestTls: { ca: readFileSync(edge.caPath) } });
    });

    after(async () => {
        await agent.destroy();
        await edge.close();
        for (const server of servers) server.close();
        rmSync(dir, { recursive: true });
    });

    it("serves a listed host under its real name over TLS", async () => {
        const response = await fetch("https://vault.sandbox.test/v1/sys/health", { dispatcher: agent });
        assert.equal(await response.text(), "vault.sandbox.test /v1/sys/health");
    });

    it("serves every host one label below a wildcard's domain, but no deeper host and not the domain itself", async () => {
        const response = await fetch("https://my-vault.vault.azure.net/secrets", { dispatcher: agent });
        assert.equal(await response.text(), "my-vault.vault.azure.net /secrets");
        for (const host of ["a.my-vault.vault.azure.net", "vault.azure.net"]) {
            assert.match(await answer(`CONNECT ${host}:443 HTTP/1.1`), /^HTTP\/1.1 502 /);
        }
    });

    it("forwards HTTP/2 in clear text to a target that speaks it", async () => {
        const socket = await tunnel("secretmanager.googleapis.com:443");
        const ca = readFileSync(edge.caPath);
        const tls = connectTls({ socket, ca, servername: "secretmanager.googleapis.com", ALPNProtocols: ["h2"] });
        await new Promise((resolve) => tls.once("secureConnect", resolve));
        assert.equal(tls.alpnProtocol, "h2");
        const session = connectHttp2("https://secretmanager.googleapis.com", { createConnection: () => tls });
        const body = await new Promise<string>((resolve, reject) => {
            let text = "";
            session
                .request({ ":path": "/" })
                .on("data", (chunk: Buffer) => (text += chunk.toString()))
                .on("end", () => {
                    resolve(text);
                })
                .on("error", reject);
        });
        session.close();
        assert.equal(body, "over h2c");
    });

    it("forwards a client that speaks HTTP/1.1 to the other target of the same host", async () => {
        const response = await fetch("https://secretmanager.googleapis.com/v1/x", { dispatcher: agent });
        assert.equal(await response.text(), "secretmanager.googleapis.com /v1/x");
    });

    it("answers 502 with the reason to every other host", async () => {
        assert.match(
            await answer("CONNECT example.com:443 HTTP/1.1"),
            /^HTTP\/1.1 502 .*not served.*vault\.sandbox\.test/s,
        );
        // A subdomain of a listed host is another host.
        assert.match(await answer("CONNECT x.vault.sandbox.test:443 HTTP/1.1"), /^HTTP\/1.1 502 /);
    });

    it("answers 502 to a listed host on another port", async () => {
        assert.match(await answer("CONNECT vault.sandbox.test:8200 HTTP/1.1"), /^HTTP\/1.1 502 .*port 443 only/s);
    });

    it("answers 502 to a request other than CONNECT", async () => {
        assert.match(
            await answer("GET http://vault.sandbox.test/ HTTP/1.1"),
            /^HTTP\/1.1 502 .*CONNECT requests only/s,
        );
    });

    it("answers 502 when nothing listens behind a listed host", async () => {
        assert.match(await answer("CONNECT down.sandbox.test:443 HTTP/1.1"), /^HTTP\/1.1 502 .*nothing answers at/s);
    });

    it("does not serve one host inside another's tunnel", async () => {
        const socket = await tunnel("vault.sandbox.test:443");
        const tls = connectTls({ socket, ca: readFileSync(edge.caPath), servername: "secretmanager.googleapis.com" });
        tls.write("GET / HTTP/1.1\r\nHost: secretmanager.googleapis.com\r\n\r\n");
        const received = await new Promise<string>((resolve, reject) => {
            let text = "";
            tls.on("data", (chunk: Buffer) => (text += chunk.toString()))
                .on("error", reject)
                .on("close", () => {
                    resolve(text);
                });
        });
        assert.equal(received, "");
        assert.ok(log.some((line) => line.includes("TLS server name is secretmanager.googleapis.com")));
    });

    function listen(server: Server): Promise<number> {
        return new Promise((resolve) => {
            server.listen(0, "127.0.0.1", () => {
                resolve((server.address() as AddressInfo).port);
            });
        });
    }

    /** Sends one request line and returns the whole answer. */
    async function answer(requestLine: string): Promise<string> {
        const socket = connect(Number(new URL(edge.proxyUrl).port), "127.0.0.1");
        socket.write(`${requestLine}\r\nHost: any\r\n\r\n`);
        let text = "";
        for await (const chunk of socket) text += String(chunk);
        return text;
    }

    /** Returns a socket whose CONNECT has been accepted. */
    function tunnel(authority: string): Promise<Socket> {
        const socket = connect(Number(new URL(edge.proxyUrl).port), "127.0.0.1");
        socket.write(`CONNECT ${authority} HTTP/1.1\r\nHost: ${authority}\r\n\r\n`);
        return new Promise((resolve, reject) => {
            socket.once("data", (chunk: Buffer) => {
                if (chunk.toString().startsWith("HTTP/1.1 200 ")) resolve(socket);
                else reject(new Error(chunk.toString()));
            });
        });
    }
});
