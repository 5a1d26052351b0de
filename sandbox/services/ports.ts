import { randomInt } from "node:crypto";
import { once } from "node:events";
import { createServer, type Server } from "node:net";

/**
 * Below the ephemeral ports of Linux and macOS: an outgoing connection could take one of those before the service does.
 * Above 10080, the highest port that `fetch` refuses: https://fetch.spec.whatwg.org/#port-blocking
 */
const RANGE = [10_081, 32_000] as const;

/**
 * Returns a free loopback port per name. All are held until the last one is found, so that no port is returned twice.
 */
export async function freePorts<Name extends string>(...names: readonly Name[]): Promise<Record<Name, number>> {
    const held: Server[] = [];
    try {
        const ports: Partial<Record<Name, number>> = {};
        for (const name of names) {
            const { server, port } = await holdFreePort();
            held.push(server);
            ports[name] = port;
        }
        return ports as Record<Name, number>;
    } finally {
        await Promise.all(
            held.map(async (server) => {
                server.close();
                await once(server, "close");
            }),
        );
    }
}

async function holdFreePort(): Promise<{ server: Server; port: number }> {
    for (;;) {
        const port = randomInt(...RANGE);
        const server = createServer().listen(port, "127.0.0.1");
        try {
            await once(server, "listening");
            return { server, port };
        } catch (error) {
            const { code } = error as NodeJS.ErrnoException;
            if (code !== "EADDRINUSE" && code !== "EACCES") {
                throw error;
            }
        }
    }
}
