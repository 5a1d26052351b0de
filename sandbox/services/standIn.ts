import { accepts, program } from "./providers";
import type { Supervisor } from "./supervisor";

/** Starts a stand-in of ours; it is up when it takes connections on its ports. */
export async function startStandIn(
    supervisor: Supervisor,
    { name, args, ports }: { name: string; args: readonly string[]; ports: readonly number[] },
): Promise<void> {
    await supervisor.run({
        name,
        command: process.execPath,
        args: [...program(`standins/${name}/main.ts`), ...args],
        env: {},
        ready: async () => {
            await Promise.all(ports.map(accepts));
        },
    });
}
