import { vaultRequest, type VaultServer } from "../services/vault";

/** Mounts that exist in Vault before this project is used: the stack creates none of them. */
const secretsEngines = {
    secret: { type: "kv", options: { version: "2" } },
    kv: { type: "kv", options: { version: "1" } },
};

const authMethods = {
    approle: { type: "approle", config: { max_lease_ttl: "2160h" } },
    /** Has no maximum TTL of its own: the server's applies, as for every mount that is not tuned. */
    "approle-untuned": { type: "approle" },
    /** company/vaultTrust.ts configures these two. */
    kubernetes: { type: "kubernetes" },
    jwt: { type: "jwt" },
};

/** Creates the secrets engines and auth methods that are missing. */
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
