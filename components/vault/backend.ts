import * as pulumi from "@pulumi/pulumi";
import { AuthBackendRole } from "@pulumi/vault/approle/authBackendRole";
import { AuthBackendRoleSecretId } from "@pulumi/vault/approle/authBackendRoleSecretId";
import { Policy } from "@pulumi/vault/policy";
import { BACKEND, BACKEND_KWARGS } from "../../airflow/envVars";
import { vaultBackendClass, vaultKwargs, vaultPolicy, vaultRequirement, type VaultScope } from "./airflow";
import type { ApproleMount } from "./approleMounts";
import type { Claims } from "../claims";
import { withErrorAdvice } from "../errorAdvice";
import { componentType } from "../componentType";
import { importing } from "../existing";
import { marksOf } from "../marks";
import { credentialResource, identityResource, serviceName } from "../names";
import type { Current } from "../owner";
import type { EnvVar, SecretsBackend } from "../backend";
import { vaultErrorAdvice } from "./errors";
import { expiryOf, parseMetadata, secretIdMetadata } from "./secretIdMetadata";
import { createTestSecrets } from "./testSecretResources";

export interface VaultBackendArgs extends VaultScope, ApproleMount, Partial<Pick<Claims, "existing" | "shared">> {
    /** URL of the Vault server, as Airflow reaches it. */
    readonly address: string;
    /** Path of the CA's certificate in the image of Airflow. Default: the CAs that Airflow trusts. */
    readonly caFile?: string | undefined;
    /** TTL of a login's token, in seconds. Airflow logs in for every lookup, so it can be short. */
    readonly tokenTtl: number;
    /** TTL of the secret id, in seconds. A change takes effect with the next rotation. */
    readonly secretIdTtl: number;
    /** CIDR blocks from which a login and its token are accepted. Default: any. */
    readonly secretIdBoundCidrs?: readonly string[] | undefined;
    /** Whether to create the test variable and the two test connections. */
    readonly testSecrets: boolean;
    /** Whether another Deployment may read the same secrets. */
    readonly shareSecrets: boolean;
}

/** HashiCorp Vault: a policy for one Deployment's paths, an AppRole with that policy, and a secret id that expires. */
export class VaultBackend extends pulumi.ComponentResource implements SecretsBackend {
    readonly env: readonly EnvVar[];
    readonly hooks: pulumi.ResourceHookBinding;
    readonly requirement = vaultRequirement;
    readonly mayListNames = false;
    readonly credentialEnds: pulumi.Output<string>;

    constructor(current: Current, args: VaultBackendArgs, opts?: pulumi.ComponentResourceOptions) {
        const name = current.owner.deployment;
        super(componentType("VaultBackend"), name, {}, opts);
        const vaultOpts = withErrorAdvice(this, name, vaultErrorAdvice);
        const inNamespace = args.namespace === undefined ? {} : { namespace: args.namespace };
        const vaultName = serviceName(current.owner, current.identity);

        const policy = createPolicy();
        const role = createRole();
        const testSecrets = args.testSecrets
            ? createTestSecrets(current, { ...args, marks: marksOf(current.owner, args.shareSecrets) }, vaultOpts)
            : [];
        const secretId = createSecretId();
        const expiry = secretId.metadata.apply(expiryOf);
        warnIfTtlChanged();

        this.credentialEnds = expiry;
        this.hooks = vaultOpts.hooks;
        this.env = [
            { name: BACKEND, secret: false, value: pulumi.output(vaultBackendClass) },
            { name: BACKEND_KWARGS, secret: true, value: kwargs() },
        ];
        this.registerOutputs({ credentialEnds: expiry });

        function createPolicy(): Policy {
            const policy = vaultPolicy(args, marksOf(current.owner, false));
            return new Policy(
                identityResource(current, "policy"),
                { name: vaultName, policy, ...inNamespace },
                vaultOpts,
            );
        }

        function createRole(): AuthBackendRole {
            const cidrs = args.secretIdBoundCidrs;
            const name = identityResource(current, "role");
            return new AuthBackendRole(
                name,
                {
                    backend: args.approleMount,
                    roleName: vaultName,
                    tokenPolicies: [policy.name],
                    // Airflow logs in for every lookup: service tokens would fill Vault's storage.
                    tokenType: "batch",
                    tokenTtl: args.tokenTtl,
                    tokenMaxTtl: args.tokenTtl,
                    // Set on the role, so that a secret id that somebody creates by hand expires too.
                    secretIdTtl: args.secretIdTtl,
                    ...(cidrs === undefined ? {} : { secretIdBoundCidrs: [...cidrs], tokenBoundCidrs: [...cidrs] }),
                    ...inNamespace,
                },
                // An existing policy or test secret is written again instead.
                importing(vaultOpts, args, name),
            );
        }

        function createSecretId(): AuthBackendRoleSecretId {
            const metadata = JSON.stringify(secretIdMetadata(args.secretIdTtl, new Date()));
            return new AuthBackendRoleSecretId(
                credentialResource(current, "secret-id"),
                { backend: args.approleMount, roleName: role.roleName, metadata, ...inNamespace },
                // The expiry is calculated once, when the secret id is created, and then read from the state. The TTL
                // is ignored too: the role sets it, and the provider would see it as a setting to remove. `dependsOn`
                // deletes the credential before the test secrets that it reads. `deletedWith` deletes it together with
                // its role: the provider cannot delete a secret id that no longer exists, such as an expired one.
                { ...vaultOpts, ignoreChanges: ["metadata", "ttl"], dependsOn: testSecrets, deletedWith: role },
            );
        }

        function kwargs(): pulumi.Output<string> {
            const login = { ...args, roleId: role.roleId, secretId: secretId.secretId };
            return pulumi.secret(pulumi.jsonStringify(vaultKwargs(args, login)));
        }

        function warnIfTtlChanged(): void {
            secretId.metadata.apply((text) => {
                const { ttl } = parseMetadata(text);
                if (ttl !== String(args.secretIdTtl)) {
                    void pulumi.log.warn(
                        `secretIdTtl is ${args.secretIdTtl} s now, but the secret id was created with ` +
                            `${ttl ?? "another"} s and keeps it. The next rotation creates one with the new TTL.`,
                        secretId,
                    );
                }
            });
        }
    }
}
