import { getAuthBackend, type GetAuthBackendResult } from "@pulumi/vault/getAuthBackend";
import * as pulumi from "@pulumi/pulumi";
import { groupBy } from "../../lib/groupBy";
import { loginTitles, logins } from "./logins";
import { isStatus, type VaultClient } from "./rest";

export interface AuthMount {
    /** The type of the auth method. */
    readonly login: (typeof logins)[number];
    /** Path of the auth method. */
    readonly authMount: string;
    /** Vault Enterprise namespace. Default: the root namespace. */
    readonly namespace?: string | undefined;
}

export interface AuthUse extends AuthMount {
    /** Name of the Deployment. */
    readonly deployment: string;
    /** In seconds. Only of an AppRole. */
    readonly secretIdTtl?: number | undefined;
}

/** Reads each auth method that Deployments use once, and returns all problems, each as a sentence without a full stop. */
export async function findAuthMountProblems(uses: readonly AuthUse[], call: VaultClient): Promise<string[]> {
    const mounts = groupBy(uses, ({ namespace, login, authMount }) => JSON.stringify([namespace, login, authMount]));
    const problems = [...mounts.values()].map(async (users) => {
        const [first] = users;
        return first === undefined ? [] : mountProblems(first, users, call);
    });
    return (await Promise.all(problems)).flat();
}

async function mountProblems(mount: AuthMount, uses: readonly AuthUse[], call: VaultClient): Promise<string[]> {
    const { authMount, login } = mount;
    const found = await readAuthMethod(mount);
    if (found === "permission denied") {
        return [
            `authMount "${authMount}": Vault does not let this token read sys/mounts/auth/${authMount}, ` +
                "which has its type and the maximum TTL. docs/vault.md has the required policy",
        ];
    }
    if (found === undefined || !typesOf(login).includes(found.type)) {
        const instead = found === undefined ? "there is no auth method" : `the auth method is of type "${found.type}"`;
        const article = login === "approle" ? "an" : "a";
        return [
            `authMount "${authMount}": ${instead} at that path, but ${article} ${loginTitles[login]} auth method is ` +
                `required. Write the path of yours, or enable one: vault auth enable -path=${authMount} ${login}`,
        ];
    }
    return login === "approle"
        ? lifeProblems(authMount, found.maxLeaseTtlSeconds, uses)
        : configurationProblems(mount, call);
}

/** Vault's auth method for JWT has two types; roles for the tokens of pods work in both. */
function typesOf(login: AuthMount["login"]): readonly string[] {
    return login === "jwt" ? ["jwt", "oidc"] : [login];
}

/** Vault silently reduces a TTL to the mount's maximum, and the secret id then expires earlier than anyone expects. */
function lifeProblems(authMount: string, maximum: number, uses: readonly AuthUse[]): string[] {
    if (maximum === 0) {
        void pulumi.log.warn(
            `The auth method at "${authMount}/" sets no maximum TTL of its own. Vault's system-wide maximum ` +
                `(768h unless the server's max_lease_ttl says otherwise) then silently limits secretIdTtl.`,
        );
        return [];
    }
    return uses.flatMap(({ deployment, secretIdTtl = 0 }) =>
        secretIdTtl <= maximum
            ? []
            : `Deployment "${deployment}": secretIdTtl is ${secretIdTtl} s, but the auth method at ` +
              `"${authMount}/" allows ${maximum} s at most and Vault would silently reduce it. ` +
              `Set secretIdTtl to ${maximum} or less, or raise the mount's maximum: ` +
              `vault auth tune -max-lease-ttl=${secretIdTtl}s ${authMount}/`,
    );
}

/** How to configure an auth method that accepts the tokens of pods. */
const configurations = {
    kubernetes: "kubernetes_host=… kubernetes_ca_cert=@…",
    jwt: "oidc_discovery_url=…",
} as const;

/** Without its configuration, the auth method refuses every login. Pulumi's token may lack the right to read it. */
async function configurationProblems({ authMount, login, namespace }: AuthMount, call: VaultClient): Promise<string[]> {
    const path = `auth/${authMount}/config`;
    try {
        if (login === "approle" || (await call({ method: "GET", path, namespace })) !== undefined) {
            return [];
        }
    } catch (error) {
        if (isStatus(error, 403)) {
            return [];
        }
        throw error;
    }
    return [
        `authMount "${authMount}": the auth method is not configured, so Vault does not know which cluster's tokens to ` +
            `accept. Configure it: vault write ${path} ${configurations[login]} (docs/vault.md)`,
    ];
}

/** Returns whether Vault refused a request because the token lacks a permission. */
export const isPermissionDenied = (error: unknown): boolean => (error as Error).message.includes("Code: 403.");

/** Returns the auth method at a path; `undefined` if there is none, for which the provider returns Vault's error. */
async function readAuthMethod({
    authMount,
    namespace,
}: AuthMount): Promise<GetAuthBackendResult | "permission denied" | undefined> {
    try {
        return await getAuthBackend({ path: authMount, ...(namespace === undefined ? {} : { namespace }) });
    } catch (error) {
        if ((error as Error).message.includes("No secret engine mount at")) {
            return undefined;
        }
        if (isPermissionDenied(error)) {
            return "permission denied";
        }
        throw error;
    }
}
