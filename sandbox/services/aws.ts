import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { projectDir } from "../paths";
import { ISSUER } from "./issuer";
import type { Supervisor } from "./supervisor";

/** The region of the dev stack. */
const REGION = "us-east-1";
/** The server's root credential. It gives access to nothing outside the sandbox. */
const ROOT = { AWS_ACCESS_KEY_ID: "test", AWS_SECRET_ACCESS_KEY: "test" };

/** AWS hostnames that the server answers to. */
export const awsHosts = [
    `secretsmanager.${REGION}.amazonaws.com`,
    `ssm.${REGION}.amazonaws.com`,
    `sts.${REGION}.amazonaws.com`,
    `tagging.${REGION}.amazonaws.com`,
    "sts.amazonaws.com",
    "iam.amazonaws.com",
];

/**
 * Starts ministack with authorization enabled. Returns the environment variables that give AWS clients and Pulumi
 * administrator access. Its state is written below `dir` only when it is told to stop.
 *
 * @param issuer the port where the issuer of the cluster's tokens publishes its keys
 */
export async function startAws(
    supervisor: Supervisor,
    { binaryDir, dir, port, issuer }: { binaryDir: string; dir: string; port: number; issuer: number },
): Promise<Record<string, string>> {
    await mkdir(dir, { recursive: true, mode: 0o700 });
    const address = `http://127.0.0.1:${port}`;
    await supervisor.run({
        name: "aws",
        command: join(binaryDir, "python"),
        args: [join(projectDir, "sandbox", "services", "awsServer.py")],
        env: {
            ...ROOT,
            BIND_HOST: "127.0.0.1",
            GATEWAY_PORT: String(port),
            AUTH: "true",
            PERSIST_STATE: "1",
            STATE_DIR: dir,
            MINISTACK_REGION: REGION,
            ISSUER,
            ISSUER_KEYS: `http://127.0.0.1:${issuer}/openid/v1/jwks`,
            // Its container-based services are not used here: keep it from looking for a Docker daemon.
            DOCKER_HOST: `unix://${join(dir, "no-docker")}`,
            HOME: dir,
            TMPDIR: dir,
        },
        ready: async () => {
            const { ok, status } = await fetch(`${address}/_ministack/health`);
            if (!ok) {
                throw new Error(`the AWS server answered ${status}`);
            }
        },
    });
    return { ...ROOT, AWS_ENDPOINT_URL: address, AWS_REGION: REGION, AWS_DEFAULT_REGION: REGION };
}
