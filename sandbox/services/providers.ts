import { connect } from "node:net";
import { join } from "node:path";
import { projectDir } from "../paths";
import type { Supervisor } from "./supervisor";

/** What Node.js is started with to run a TypeScript file, named from below `sandbox/`. */
export const program = (file: string): string[] => [join(projectDir, "scripts", "bundle.cjs"), `sandbox/${file}`];

/** Resolves when something takes connections on a loopback port. */
export function accepts(port: number): Promise<void> {
    return new Promise((resolve, reject) => {
        const socket = connect(port, "127.0.0.1", () => {
            socket.destroy();
            resolve();
        });
        socket.once("error", reject);
    });
}

/** Starts the provider host: a port for each Pulumi package. `env` says where the services are. */
export async function startProviders(
    supervisor: Supervisor,
    ports: Readonly<Record<string, number>>,
    env: Record<string, string>,
): Promise<void> {
    const listen = Object.entries(ports).flatMap(([name, port]) => ["--listen", `${name}=${port}`]);
    await supervisor.run({
        name: "providers",
        command: process.execPath,
        args: [...program("providers/main.ts"), ...listen],
        env: {
            ...env,
            AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true",
        },
        ready: async () => {
            await Promise.all(Object.values(ports).map(accepts));
        },
    });
}
