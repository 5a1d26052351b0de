import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { proxyFor, send } from "../../../lib/http";
import { reasonOf } from "../../../lib/reason";

const names = ["HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY", "NO_PROXY"].flatMap((name) => [name, name.toLowerCase()]);

describe("an HTTP request", () => {
    const before = Object.fromEntries(names.map((name) => [name, process.env[name]]));
    const servers: Server[] = [];

    beforeEach(() => {
        setEnv({});
    });
    afterEach(() => {
        setEnv(before);
        for (const server of servers.splice(0)) {
            server.closeAllConnections();
            server.close();
        }
    });

    function setEnv(values: Record<string, string | undefined>): void {
        for (const name of names) {
            // eslint-disable-next-line @typescript-eslint/no-dynamic-delete
            delete process.env[name];
            if (values[name] !== undefined) process.env[name] = values[name];
        }
    }

    async function listen(server: Server): Promise<string> {
        servers.push(server.listen(0, "127.0.0.1"));
        await once(server, "listening");
        return `127.0.0.1:${(server.address() as AddressInfo).port}`;
    }

    it("uses the proxy in HTTPS_PROXY, also if https_proxy is set but empty", () => {
        setEnv({ HTTPS_PROXY: "http://proxy:1", https_proxy: "", HTTP_PROXY: "" });
        assert.equal(proxyFor("https://vault.example.com/v1"), "http://proxy:1");
        assert.equal(proxyFor("http://vault.example.com/v1"), undefined);
    });

    it("uses no proxy for hosts in NO_PROXY, or if only HTTP_PROXY is set", () => {
        setEnv({ HTTPS_PROXY: "http://proxy:1", NO_PROXY: "localhost,.example.com" });
        assert.equal(proxyFor("https://localhost:8200"), undefined);
        assert.equal(proxyFor("https://vault.example.com"), undefined);
        setEnv({ HTTP_PROXY: "http://proxy:1" });
        assert.equal(proxyFor("https://vault.example.com"), undefined);
    });

    it("sends CONNECT to the proxy, and reports the proxy's error", async () => {
        const connects: (string | undefined)[] = [];
        const proxy = createServer().on("connect", ({ url }, socket) => {
            connects.push(url);
            socket.end("HTTP/1.1 502 Bad Gateway\r\n\r\n");
        });
        setEnv({ HTTPS_PROXY: `http://${await listen(proxy)}` });
        const sent = send("https://vault.example.com/", { method: "GET", headers: {}, timeoutMs: 5000 });
        await assert.rejects(sent, (error) => reasonOf(error).includes("502"));
        assert.deepEqual(connects, ["vault.example.com:443"]);
    });

    it("returns a redirect response instead of following it", async () => {
        const server = createServer((_, response) => response.writeHead(302, { location: "/login" }).end("moved"));
        const { status, headers, text } = await send(`http://${await listen(server)}/`, {
            method: "GET",
            headers: {},
            timeoutMs: 5000,
        });
        assert.deepEqual([status, headers.get("location"), text], [302, "/login", "moved"]);
    });

    it("times out if the rest of a response does not arrive", async () => {
        const server = createServer((_, response) => response.writeHead(200).write("half"));
        const sent = send(`http://${await listen(server)}/`, { method: "GET", headers: {}, timeoutMs: 200 });
        await assert.rejects(sent, { name: "TimeoutError" });
    });
});
