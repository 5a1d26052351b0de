import { once } from "node:events";
import { createServer, type AddressInfo } from "node:net";

/** A free port on loopback for each name. All are held until the last is known, so that none comes twice. */
export async function freePorts<Name extends string>(...names: readonly Name[]): Promise<Record<Name, number>> {
    const servers = names.map(() => createServer().listen(0, "127.0.0.1"));
    await Promise.all(servers.map((server) => once(server, "listening")));
    const ports = servers.map((server) => (server.address() as AddressInfo).port);
    await Promise.all(
        servers.map(async (server) => {
            server.close();
            await once(server, "close");
        }),
    );
    return Object.fromEntries(names.map((name, index) => [name, ports[index]])) as Record<Name, number>;
}
