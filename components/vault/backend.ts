import * as pulumi from "@pulumi/pulumi";
import { AuthBackendRole } from "@pulumi/vault/approle/authBackendRole";
import { AuthBackendRoleSecretId } from "@pulumi/vault/approle/authBackendRoleSecretId";
import { Policy } from "@pulumi/vault/policy";
import { BACKEND, BACKEND_KWARGS } from "../../airflow/envVars";
import { vaultBackendClass, vaultKwargs, vaultPolicy, vaultRequirement, type VaultScope } from "./airflow";
import type { ApproleMount } from "./approleMounts";
import { withAdvice } from "../errorAdvice";
import { componentType, serviceName } from "../names";
import type { EnvVar, SecretsBackend } from "../backend";
import { vaultAdvices } from "./errors";
import { vaultTestSecrets } from "./testSecrets";

export interface VaultBackendArgs extends VaultScope, ApproleMount {
    /** URL of the Vault server, as Airflow reaches it. */
    readonly address: string;
    /** Life of a login, in seconds. Airflow logs in at every lookup, so it can be short. */
    readonly tokenTtl: number;
    /** Life of the secret id, in seconds. A change takes effect with the next `generation`. */
    readonly secretIdTtl: number;
    /** CIDR blocks from which a login is accepted; default: any. */
    readonly secretIdBoundCidrs?: readonly string[] | undefined;
    /** A higher one makes a new secret id; the old one lives until the env vars have moved to it. */
    readonly generation: number;
    /** Id of the AppRole, where Vault has it already. */
    readonly existingRole?: string | undefined;
    /** Whether to write the test variable and the two test connections. */
    readonly testSecrets: boolean;
}

/** HashiCorp Vault: a policy for one Deployment's paths, an AppRole that has it, and a secret id with an end. */
export class VaultBackend extends pulumi.ComponentResource implements SecretsBackend {
    readonly env: readonly EnvVar[];
    readonly requirement = vaultRequirement;
    readonly mayListNames = false;
    readonly credentialEnds: pulumi.Output<string>;

    /** @param name the Deployment's name */
    constructor(name: string, args: VaultBackendArgs, opts?: pulumi.ComponentResourceOptions) {
        super(componentType("VaultBackend"), name, {}, opts);
        const parent = withAdvice(this, name, vaultAdvices);
        const inNamespace = args.namespace === undefined ? {} : { namespace: args.namespace };
        const vaultName = serviceName(pulumi.getStack(), name);

        const policy = createPolicy();
        const role = createRole();
        const testSecrets = args.testSecrets ? vaultTestSecrets(name, args, parent) : [];
        const secretId = createSecretId();
        const ends = secretId.metadata.apply(endOf);
        warnOfStaleTtl();

        this.credentialEnds = ends;
        this.env = [
            { name: BACKEND, secret: false, value: pulumi.output(vaultBackendClass) },
            { name: BACKEND_KWARGS, secret: true, value: kwargs() },
        ];
        this.registerOutputs({ credentialEnds: ends });

        function createPolicy(): Policy {
            return new Policy(`${name}-policy`, { name: vaultName, policy: vaultPolicy(args), ...inNamespace }, parent);
        }

        function createRole(): AuthBackendRole {
            return new AuthBackendRole(
                `${name}-role`,
                {
                    backend: args.approleMount,
                    roleName: vaultName,
                    tokenPolicies: [policy.name],
                    // Every lookup logs in: service tokens would pile up in Vault's storage.
                    tokenType: "batch",
                    tokenTtl: args.tokenTtl,
                    tokenMaxTtl: args.tokenTtl,
                    // On the role, so that a secret id made by hand has an end too.
                    secretIdTtl: args.secretIdTtl,
                    ...(args.secretIdBoundCidrs === undefined
                        ? {}
                        : { secretIdBoundCidrs: [...args.secretIdBoundCidrs] }),
                    ...inNamespace,
                },
                { ...parent, ...(args.existingRole === undefined ? {} : { import: args.existingRole }) },
            );
        }

        function createSecretId(): AuthBackendRoleSecretId {
            const metadata = JSON.stringify(secretIdMetadata(args.secretIdTtl, new Date()));
            return new AuthBackendRoleSecretId(
                `${name}-secret-id-${args.generation}`,
                { backend: args.approleMount, roleName: role.roleName, metadata, ...inNamespace },
                // The end is worked out once, when the secret id is made, and read back ever after. So is the TTL, which
                // the role gives: the provider would take it for one that is no longer wanted. The credential goes
                // before what it reads, and with its role: the provider cannot delete one that is gone, as each is once
                // it has ended.
                { ...parent, ignoreChanges: ["metadata", "ttl"], dependsOn: testSecrets, deletedWith: role },
            );
        }

        function kwargs(): pulumi.Output<string> {
            const login = { ...args, roleId: role.roleId, secretId: secretId.secretId };
            return pulumi.secret(pulumi.jsonStringify(vaultKwargs(args, login)));
        }

        function warnOfStaleTtl(): void {
            secretId.metadata.apply((text) => {
                const { ttl } = parseMetadata(text);
                if (ttl !== String(args.secretIdTtl)) {
                    const next = args.generation + 1;
                    void pulumi.log.warn(
                        `secretIdTtl is ${args.secretIdTtl} s now, but the secret id was made with ${ttl ?? "another"} s ` +
                            `and keeps that. For one with the new TTL set generation: ${next}.`,
                        secretId,
                    );
                }
            });
        }
    }
}

/** What a secret id says of itself in Vault. Vault takes texts only. */
function secretIdMetadata(ttl: number, now: Date): Record<string, string> {
    return { ends: new Date(now.getTime() + ttl * 1000).toISOString(), ttl: String(ttl) };
}

function parseMetadata(text: string | undefined): Partial<Record<string, string>> {
    return JSON.parse(text ?? "{}") as Partial<Record<string, string>>;
}

function endOf(metadata: string | undefined): string {
    return parseMetadata(metadata).ends ?? "unknown";
}
