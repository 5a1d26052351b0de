import * as pulumi from "@pulumi/pulumi";
import { getAuthBackendOutput } from "@pulumi/vault/getAuthBackend";

/** Checks the TTL of a secret id against an AppRole mount and gives it back, in seconds. */
export type CheckSecretIdTtl = (request: SecretIdTtlRequest) => pulumi.Output<number>;

export interface SecretIdTtlRequest {
    readonly deployment: string;
    readonly approleMount: string;
    readonly namespace?: string | undefined;
    /** Seconds. */
    readonly secretIdTtl: number;
}

/**
 * Vault caps a TTL above its mount's maximum without a word, and the secret id ends before anyone expects it. Each
 * mount is asked once per program, however many Deployments use it.
 */
export function approleMounts(): CheckSecretIdTtl {
    const maxima = new Map<string, pulumi.Output<number>>();
    return ({ deployment, approleMount, namespace, secretIdTtl }) => {
        const key = JSON.stringify([namespace, approleMount]);
        const maximum = maxima.get(key) ?? maxLeaseTtl(approleMount, namespace);
        maxima.set(key, maximum);
        return maximum.apply((seconds) => {
            if (seconds > 0 && secretIdTtl > seconds) {
                throw new pulumi.RunError(
                    `Deployment "${deployment}": secretIdTtl is ${secretIdTtl} s, but the auth method at ` +
                        `"${approleMount}/" allows ${seconds} s at most and Vault would cap it without a word. ` +
                        `Set secretIdTtl to ${seconds} or less, or raise the mount's maximum: ` +
                        `vault auth tune -max-lease-ttl=${secretIdTtl}s ${approleMount}/`,
                );
            }
            return secretIdTtl;
        });
    };
}

/** Seconds; 0 where the mount leaves it to Vault's system-wide setting, which cannot be seen from here. */
function maxLeaseTtl(approleMount: string, namespace: string | undefined): pulumi.Output<number> {
    const found = getAuthBackendOutput({
        path: approleMount,
        ...(namespace === undefined ? {} : { namespace }),
    });
    return found.apply(({ type, maxLeaseTtlSeconds }) => {
        if (type !== "approle") {
            const instead = type === "" ? "there is no auth method" : `the auth method is of type "${type}"`;
            throw new pulumi.RunError(
                `approleMount "${approleMount}": ${instead} at that path, an AppRole one is needed. ` +
                    `Name the path of yours, or enable one: vault auth enable -path=${approleMount} approle`,
            );
        }
        if (maxLeaseTtlSeconds === 0) {
            void pulumi.log.warn(
                `The auth method at "${approleMount}/" sets no maximum TTL of its own. Vault's system-wide maximum ` +
                    `(768h unless the server's max_lease_ttl says otherwise) then caps secretIdTtl without a word.`,
            );
        }
        return maxLeaseTtlSeconds;
    });
}
