import { existsSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Supervisor } from "./supervisor";

/** A running, unsealed Vault server and its root token. */
export interface VaultServer {
    readonly address: string;
    readonly token: string;
}

interface Keys {
    readonly keys_base64: string[];
    readonly root_token: string;
}

/**
 * Starts Vault with file storage below `dir`, initialises it the first time, and unseals it.
 *
 * @param options.ports of Vault, and of the edge, through which Vault reads the keys of the cluster's issuer
 */
export async function startVault(
    supervisor: Supervisor,
    options: { binaryDir: string; dir: string; ports: Readonly<Record<"vault" | "edge", number>> },
): Promise<VaultServer> {
    const { binaryDir, dir, ports } = options;
    await mkdir(dir, { recursive: true, mode: 0o700 });
    const address = `http://127.0.0.1:${ports.vault}`;
    const config = join(dir, "config.json");
    await writeFile(
        config,
        JSON.stringify({
            storage: { file: { path: join(dir, "data") } },
            listener: { tcp: { address: `127.0.0.1:${ports.vault}`, tls_disable: true } },
            disable_mlock: true,
        }),
        { mode: 0o600 },
    );
    await supervisor.run({
        name: "vault",
        command: join(binaryDir, "vault"),
        args: ["server", `-config=${config}`],
        env: {
            HOME: dir,
            // A test that uses a revoked secret ID repeatedly would lock its role out for 15 minutes.
            VAULT_DISABLE_USER_LOCKOUT: "true",
            HTTPS_PROXY: `http://127.0.0.1:${ports.edge}`,
        },
        ready: async () => {
            await vaultRequest({ address }, "GET", "sys/seal-status");
        },
    });
    const { token } = await unseal(address, join(dir, "init.json"));
    await waitUntilActive({ address, token });
    return { address, token };
}

async function unseal(address: string, keysFile: string): Promise<{ token: string }> {
    if (!existsSync(keysFile)) {
        const keys = await vaultRequest({ address }, "PUT", "sys/init", { secret_shares: 1, secret_threshold: 1 });
        await writeFile(keysFile, JSON.stringify(keys), { mode: 0o600 });
    }
    const keys = JSON.parse(await readFile(keysFile, "utf8")) as Keys;
    await vaultRequest({ address }, "PUT", "sys/unseal", { key: keys.keys_base64[0] });
    return { token: keys.root_token };
}

/** After the unseal, Vault needs a moment until it accepts requests. */
async function waitUntilActive(server: VaultServer): Promise<void> {
    const deadline = performance.now() + 30_000;
    for (;;) {
        try {
            await vaultRequest(server, "GET", "sys/mounts");
            return;
        } catch (error) {
            if (performance.now() > deadline) {
                throw error;
            }
            await new Promise((resolve) => setTimeout(resolve, 50));
        }
    }
}

/**
 * Calls Vault's HTTP API; `path` is what follows `/v1/`.
 *
 * @throws Error with status and body if the status is not 2xx
 */
export async function vaultRequest(
    { address, token }: { address: string; token?: string },
    method: string,
    path: string,
    body?: object,
): Promise<Record<string, unknown>> {
    const response = await fetch(`${address}/v1/${path}`, {
        method,
        headers: token === undefined ? {} : { "X-Vault-Token": token },
        // An unseal takes a second, and much longer if every core is busy.
        signal: AbortSignal.timeout(60_000),
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) {
        throw new Error(`Vault answered ${response.status} to ${method} ${path}: ${text.trim()}`);
    }
    return (text === "" ? {} : JSON.parse(text)) as Record<string, unknown>;
}
