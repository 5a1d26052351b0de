import { getAuthBackend, type GetAuthBackendResult } from "@pulumi/vault/getAuthBackend";
import * as pulumi from "@pulumi/pulumi";

export interface ApproleMount {
    /** Path of the AppRole auth method. */
    readonly approleMount: string;
    /** Vault Enterprise namespace; default: the root namespace. */
    readonly namespace?: string | undefined;
}

export interface ApproleUse extends ApproleMount {
    /** Name of the Deployment. */
    readonly deployment: string;
    /** Seconds. */
    readonly secretIdTtl: number;
}

/**
 * Looks at the AppRole mounts that Deployments want to use, each once, and gives every problem, a sentence each. Vault
 * caps a TTL above its mount's maximum without a word, and the secret id then ends before anyone expects it.
 */
export async function findMountProblems(uses: readonly ApproleUse[]): Promise<string[]> {
    const mounts = new Map<string, { mount: ApproleMount; uses: ApproleUse[] }>();
    for (const use of uses) {
        const key = JSON.stringify([use.namespace, use.approleMount]);
        const known = mounts.get(key) ?? { mount: use, uses: [] };
        known.uses.push(use);
        mounts.set(key, known);
    }
    const problems = [...mounts.values()].map((known) => problemsOfMount(known.mount, known.uses));
    return (await Promise.all(problems)).flat();
}

async function problemsOfMount(
    { approleMount, namespace }: ApproleMount,
    uses: readonly ApproleUse[],
): Promise<string[]> {
    const found = await authMethodAt({ approleMount, namespace });
    if (found === "may not be read") {
        return [
            `approleMount "${approleMount}": Vault does not let this token read sys/mounts/auth/${approleMount}, where ` +
                "the maximum TTL stands. docs/vault.md has the policy that it takes",
        ];
    }
    if (found?.type !== "approle") {
        const instead = found === undefined ? "there is no auth method" : `the auth method is of type "${found.type}"`;
        return [
            `approleMount "${approleMount}": ${instead} at that path, an AppRole one is needed. ` +
                `Name the path of yours, or enable one: vault auth enable -path=${approleMount} approle`,
        ];
    }
    const maximum = found.maxLeaseTtlSeconds;
    if (maximum === 0) {
        void pulumi.log.warn(
            `The auth method at "${approleMount}/" sets no maximum TTL of its own. Vault's system-wide maximum ` +
                `(768h unless the server's max_lease_ttl says otherwise) then caps secretIdTtl without a word.`,
        );
        return [];
    }
    return uses
        .filter(({ secretIdTtl }) => secretIdTtl > maximum)
        .map(
            ({ deployment, secretIdTtl }) =>
                `Deployment "${deployment}": secretIdTtl is ${secretIdTtl} s, but the auth method at ` +
                `"${approleMount}/" allows ${maximum} s at most and Vault would cap it without a word. ` +
                `Set secretIdTtl to ${maximum} or less, or raise the mount's maximum: ` +
                `vault auth tune -max-lease-ttl=${secretIdTtl}s ${approleMount}/`,
        );
}

/** Whether Vault does not let the token do what it was asked for. */
export const isRefusal = (error: unknown): boolean => (error as Error).message.includes("Code: 403.");

/** Nothing where there is none: the provider passes Vault's refusal on. */
async function authMethodAt({
    approleMount,
    namespace,
}: ApproleMount): Promise<GetAuthBackendResult | "may not be read" | undefined> {
    try {
        return await getAuthBackend({ path: approleMount, ...(namespace === undefined ? {} : { namespace }) });
    } catch (error) {
        if ((error as Error).message.includes("No secret engine mount at")) {
            return undefined;
        }
        if (isRefusal(error)) {
            return "may not be read";
        }
        throw error;
    }
}
