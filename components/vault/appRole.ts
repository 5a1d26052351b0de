import * as pulumi from "@pulumi/pulumi";
import { AuthBackendRole } from "@pulumi/vault/approle/authBackendRole";
import { AuthBackendRoleSecretId } from "@pulumi/vault/approle/authBackendRoleSecretId";
import { importing } from "../existing";
import { credentialResource, identityResource } from "../names";
import type { Current } from "../owner";
import { approleKwargs } from "./airflow";
import { expiryOf, parseMetadata, secretIdMetadata } from "./secretIdMetadata";
import type { MadeLogin, RoleArgs } from "./roleArgs";

/** Creates an AppRole with the Deployment's policy, and a secret id that expires. */
export function createAppRole(current: Current, args: RoleArgs, secretIdTtl: number): MadeLogin {
    const { mount, settings, boundCidrs, testSecrets, claims, opts } = args;
    const role = createRole();
    const secretId = createSecretId();
    warnIfTtlChanged();
    return {
        kwargs: approleKwargs(role.roleId, secretId.secretId),
        credentialEnds: secretId.metadata.apply(expiryOf),
    };

    function createRole(): AuthBackendRole {
        const name = identityResource(current, "role");
        return new AuthBackendRole(
            name,
            {
                ...mount,
                ...settings,
                // Set on the role, so that a secret id that somebody creates by hand expires too.
                secretIdTtl,
                ...(boundCidrs === undefined ? {} : { secretIdBoundCidrs: [...boundCidrs] }),
            },
            // An existing policy or test secret is written again instead.
            importing(opts, claims, name),
        );
    }

    function createSecretId(): AuthBackendRoleSecretId {
        const metadata = JSON.stringify(secretIdMetadata(secretIdTtl, new Date()));
        return new AuthBackendRoleSecretId(
            credentialResource(current, "secret-id"),
            { ...mount, roleName: role.roleName, metadata },
            // The expiry is calculated once, when the secret id is created, and then read from the state. The TTL
            // is ignored too: the role sets it, and the provider would see it as a setting to remove. `dependsOn`
            // deletes the credential before the test secrets that it reads. `deletedWith` deletes it together with
            // its role: the provider cannot delete a secret id that no longer exists, such as an expired one.
            { ...opts, ignoreChanges: ["metadata", "ttl"], dependsOn: [...testSecrets], deletedWith: role },
        );
    }

    function warnIfTtlChanged(): void {
        secretId.metadata.apply((text) => {
            const { ttl } = parseMetadata(text);
            if (ttl !== String(secretIdTtl)) {
                void pulumi.log.warn(
                    `secretIdTtl is ${secretIdTtl} s now, but the secret id was created with ` +
                        `${ttl ?? "another"} s and keeps it. The next rotation creates one with the new TTL.`,
                    secretId,
                );
            }
        });
    }
}
