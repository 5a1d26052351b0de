import { getAuthBackend, type GetAuthBackendResult } from "@pulumi/vault/getAuthBackend";
import * as pulumi from "@pulumi/pulumi";

export interface ApproleMount {
    /** Path of the AppRole auth method. */
    readonly approleMount: string;
    /** Vault Enterprise namespace. Default: the root namespace. */
    readonly namespace?: string | undefined;
}

export interface ApproleUse extends ApproleMount {
    /** Name of the Deployment. */
    readonly deployment: string;
    /** In seconds. */
    readonly secretIdTtl: number;
}

/**
 * Reads each AppRole mount that Deployments use once, and returns all problems, each as a sentence. Vault silently
 * reduces a TTL to the mount's maximum, and the secret id then expires earlier than anyone expects.
 */
export async function findMountProblems(uses: readonly ApproleUse[]): Promise<string[]> {
    const mounts = new Map<string, { mount: ApproleMount; uses: ApproleUse[] }>();
    for (const use of uses) {
        const key = JSON.stringify([use.namespace, use.approleMount]);
        const entry = mounts.get(key) ?? { mount: use, uses: [] };
        entry.uses.push(use);
        mounts.set(key, entry);
    }
    const problems = [...mounts.values()].map((entry) => mountProblems(entry.mount, entry.uses));
    return (await Promise.all(problems)).flat();
}

async function mountProblems(
    { approleMount, namespace }: ApproleMount,
    uses: readonly ApproleUse[],
): Promise<string[]> {
    const found = await readAuthMethod({ approleMount, namespace });
    if (found === "permission denied") {
        return [
            `approleMount "${approleMount}": Vault does not let this token read sys/mounts/auth/${approleMount}, ` +
                "which has the maximum TTL. docs/vault.md has the required policy",
        ];
    }
    if (found?.type !== "approle") {
        const instead = found === undefined ? "there is no auth method" : `the auth method is of type "${found.type}"`;
        return [
            `approleMount "${approleMount}": ${instead} at that path, but an AppRole auth method is required. ` +
                `Write the path of yours, or enable one: vault auth enable -path=${approleMount} approle`,
        ];
    }
    const maximum = found.maxLeaseTtlSeconds;
    if (maximum === 0) {
        void pulumi.log.warn(
            `The auth method at "${approleMount}/" sets no maximum TTL of its own. Vault's system-wide maximum ` +
                `(768h unless the server's max_lease_ttl says otherwise) then silently limits secretIdTtl.`,
        );
        return [];
    }
    return uses
        .filter(({ secretIdTtl }) => secretIdTtl > maximum)
        .map(
            ({ deployment, secretIdTtl }) =>
                `Deployment "${deployment}": secretIdTtl is ${secretIdTtl} s, but the auth method at ` +
                `"${approleMount}/" allows ${maximum} s at most and Vault would silently reduce it. ` +
                `Set secretIdTtl to ${maximum} or less, or raise the mount's maximum: ` +
                `vault auth tune -max-lease-ttl=${secretIdTtl}s ${approleMount}/`,
        );
}

/** Returns whether Vault refused a request because the token lacks a permission. */
export const isPermissionDenied = (error: unknown): boolean => (error as Error).message.includes("Code: 403.");

/** Returns the auth method at a path; `undefined` if there is none, for which the provider returns Vault's error. */
async function readAuthMethod({
    approleMount,
    namespace,
}: ApproleMount): Promise<GetAuthBackendResult | "permission denied" | undefined> {
    try {
        return await getAuthBackend({ path: approleMount, ...(namespace === undefined ? {} : { namespace }) });
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
