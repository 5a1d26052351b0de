import { getAuthBackend } from "@pulumi/vault/getAuthBackend";
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
    const byMount = new Map<string, ApproleUse[]>();
    for (const use of uses) {
        const key = JSON.stringify([use.namespace, use.approleMount]);
        byMount.set(key, [...(byMount.get(key) ?? []), use]);
    }
    return (await Promise.all([...byMount.values()].map(problemsOfMount))).flat();
}

/** Of uses of the same mount. */
async function problemsOfMount(uses: readonly ApproleUse[]): Promise<string[]> {
    const { approleMount, namespace } = uses[0] as ApproleUse;
    const found = await getAuthBackend({ path: approleMount, ...(namespace === undefined ? {} : { namespace }) });
    if (found.type !== "approle") {
        const instead = found.type === "" ? "there is no auth method" : `the auth method is of type "${found.type}"`;
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
