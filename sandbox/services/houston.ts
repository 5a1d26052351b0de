import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Keys } from "../standins/houston/accounts";
import { startStandIn } from "./standIn";
import type { Supervisor } from "./supervisor";

/** The host in Pulumi.dev.yaml. */
export const HOUSTON_HOST = "houston.sandbox.test";

export interface Houston {
    /** URL on loopback. */
    readonly url: string;
    readonly keys: Keys;
}

/** Starts the stand-in for Houston. It keeps the environment variables of these releases in the cluster. */
export async function startHouston(
    supervisor: Supervisor,
    { dir, port, kubeconfig, releases }: { dir: string; port: number; kubeconfig: string; releases: readonly string[] },
): Promise<Houston> {
    const releaseArgs = releases.flatMap((release) => ["--release", release]);
    const args = ["--port", String(port), "--dir", dir, "--kubeconfig", kubeconfig, ...releaseArgs];
    await startStandIn(supervisor, { name: "houston", args, ports: [port] });
    const keys = JSON.parse(await readFile(join(dir, "keys.json"), "utf8")) as Keys;
    return { url: `http://127.0.0.1:${port}/v1`, keys };
}
