import assert from "node:assert/strict";
import { serveCalls } from "../../provider/server";
import { bridgedCalls } from "../../sandbox/providers/bridge/calls";
import { vaultPackage } from "../../sandbox/providers/vault/package";
import type { Harness } from "./harness";

/** A Vault token with one policy, besides Vault's own `default`. */
export class VaultUser {
    private constructor(
        private readonly harness: Harness,
        readonly token: string,
    ) {}

    static async create(harness: Harness, name: string, policy: string): Promise<VaultUser> {
        await harness.vault("PUT", `sys/policies/acl/${name}`, { policy });
        const created = await harness.vault("POST", "auth/token/create", { policies: [name], ttl: "30m" });
        return new VaultUser(harness, (created.auth as { client_token: string }).client_token);
    }

    /** Calls `work` while Pulumi's Vault provider uses this user's token. */
    async run<T>(work: () => Promise<T>): Promise<T> {
        const { env } = this.harness.sandbox;
        const { VAULT_ADDR = "", VAULT_TOKEN = "" } = env;
        // A plugin reads its login from its env vars. The sandbox's provider host has the administrator's token, so
        // this starts another host.
        const envBefore = { ...process.env };
        Object.assign(process.env, { VAULT_ADDR, VAULT_TOKEN: this.token });
        const { port, stop } = await serveCalls(bridgedCalls(vaultPackage, "the test's provider host"), 0);
        env.VAULT_TOKEN = this.token;
        try {
            return await this.harness.attachingTo("vault", port, work);
        } finally {
            env.VAULT_TOKEN = VAULT_TOKEN;
            process.env = envBefore;
            stop();
        }
    }
}

/** Returns a page's policy with the same rules for KV v1, mounted at `kv`. */
export function withKv1(policy: string): string {
    const rules = policy.split("\n").filter((line) => /^path "(sys\/mounts\/secret"|secret\/metadata\/)/.test(line));
    return [
        policy,
        ...rules.map((line) => line.replace("secret/metadata/", "kv/").replace("mounts/secret", "mounts/kv")),
    ].join("\n");
}

/** Returns whether pods with these kwargs can log in to Vault. */
export async function canLogIn(
    harness: Harness,
    { auth_mount_point, role_id, secret_id }: Record<string, unknown>,
): Promise<boolean> {
    try {
        await harness.vault("POST", `auth/${String(auth_mount_point)}/login`, { role_id, secret_id });
        return true;
    } catch (error) {
        assert.match(String(error), /answered 400 .*invalid/);
        return false;
    }
}
