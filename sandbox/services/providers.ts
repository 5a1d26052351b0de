import { connect } from "node:net";
import { join } from "node:path";
import { projectDir } from "../paths";
import type { Supervisor } from "./supervisor";

/** Returns the Node.js arguments that run a TypeScript file; `file` is relative to `sandbox/`. */
export const programArgs = (file: string): string[] => [join(projectDir, "scripts", "bundle.cjs"), `sandbox/${file}`];

/** Resolves if something accepts connections on a loopback port, and rejects otherwise. */
export function acceptsConnections(port: number): Promise<void> {
    return new Promise((resolve, reject) => {
        const socket = connect(port, "127.0.0.1", () => {
            socket.destroy();
            resolve();
        });
        socket.once("error", reject);
    });
}

/**
 * Starts the provider host with one port per Pulumi package. `env` has the addresses and credentials of the services.
 */
export async function startProviders(
    supervisor: Supervisor,
    ports: Readonly<Record<string, number>>,
    env: Record<string, string>,
): Promise<void> {
    const listen = Object.entries(ports).flatMap(([name, port]) => ["--listen", `${name}=${port}`]);
    await supervisor.run({
        name: "providers",
        command: process.execPath,
        args: [...programArgs("providers/main.ts"), ...listen],
        env: {
            ...env,
            AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true",
        },
        ready: async () => {
            await Promise.all(Object.values(ports).map(acceptsConnections));
        },
    });
}
