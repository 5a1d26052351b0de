import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { proxyFor, send } from "../../../lib/http";
import { reasonOf } from "../../../lib/reason";

const names = ["HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY", "NO_PROXY"].flatMap((name) => [name, name.toLowerCase()]);

describe("a call over HTTP", () => {
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

    it("goes through the proxy of HTTPS_PROXY, also where the name in small letters is there and empty", () => {
        setEnv({ HTTPS_PROXY: "http://proxy:1", https_proxy: "", HTTP_PROXY: "" });
        assert.equal(proxyFor("https://vault.example.com/v1"), "http://proxy:1");
        assert.equal(proxyFor("http://vault.example.com/v1"), undefined);
    });

    it("goes past it to what NO_PROXY names, and where only plain HTTP has a proxy", () => {
        setEnv({ HTTPS_PROXY: "http://proxy:1", NO_PROXY: "localhost,.example.com" });
        assert.equal(proxyFor("https://localhost:8200"), undefined);
        assert.equal(proxyFor("https://vault.example.com"), undefined);
        setEnv({ HTTP_PROXY: "http://proxy:1" });
        assert.equal(proxyFor("https://vault.example.com"), undefined);
    });

    it("asks the proxy for the way to the host, and says why there is none", async () => {
        const asked: (string | undefined)[] = [];
        const proxy = createServer().on("connect", ({ url }, socket) => {
            asked.push(url);
            socket.end("HTTP/1.1 502 Bad Gateway\r\n\r\n");
        });
        setEnv({ HTTPS_PROXY: `http://${await listen(proxy)}` });
        const sent = send("https://vault.example.com/", { method: "GET", headers: {}, timeoutMs: 5000 });
        await assert.rejects(sent, (error) => reasonOf(error).includes("502"));
        assert.deepEqual(asked, ["vault.example.com:443"]);
    });

    it("gives the whole answer, a redirect as one", async () => {
        const server = createServer((_, response) => response.writeHead(302, { location: "/login" }).end("moved"));
        const { status, headers, text } = await send(`http://${await listen(server)}/`, {
            method: "GET",
            headers: {},
            timeoutMs: 5000,
        });
        assert.deepEqual([status, headers.get("location"), text], [302, "/login", "moved"]);
    });

    it("does not wait for ever for the rest of an answer", async () => {
        const server = createServer((_, response) => response.writeHead(200).write("half"));
        const sent = send(`http://${await listen(server)}/`, { method: "GET", headers: {}, timeoutMs: 200 });
        await assert.rejects(sent, { name: "TimeoutError" });
    });
});
