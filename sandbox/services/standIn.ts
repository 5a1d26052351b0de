import { acceptsConnections, programArgs } from "./providers";
import type { Supervisor } from "./supervisor";

/** Starts one of the stand-ins in `sandbox/standins`. It is ready when it accepts connections on its ports. */
export async function startStandIn(
    supervisor: Supervisor,
    { name, args, ports }: { name: string; args: readonly string[]; ports: readonly number[] },
): Promise<void> {
    await supervisor.run({
        name,
        command: process.execPath,
        args: [...programArgs(`standins/${name}/main.ts`), ...args],
        env: {},
        ready: async () => {
            await Promise.all(ports.map(acceptsConnections));
        },
    });
}
