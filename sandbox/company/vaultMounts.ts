import { vaultRequest, type VaultServer } from "../services/vault";

/** What a company has in its Vault before this project comes: the stack makes none of it. */
const secretsEngines = {
    secret: { type: "kv", options: { version: "2" } },
    kv: { type: "kv", options: { version: "1" } },
};

const authMethods = {
    approle: { type: "approle", config: { max_lease_ttl: "2160h" } },
    /** Leaves its maximum to the server, as a mount does unless it is tuned. */
    "approle-untuned": { type: "approle" },
};

/** Mounts what is not mounted yet. */
export async function mountSecretsEngines(server: VaultServer): Promise<void> {
    await mountMissing(server, "sys/mounts", secretsEngines);
    await mountMissing(server, "sys/auth", authMethods);
}

async function mountMissing(server: VaultServer, path: string, wanted: Record<string, object>): Promise<void> {
    const { data } = (await vaultRequest(server, "GET", path)) as { data: Record<string, unknown> };
    for (const [name, mount] of Object.entries(wanted)) {
        if (!(`${name}/` in data)) {
            await vaultRequest(server, "POST", `${path}/${name}`, mount);
        }
    }
}
