import * as pulumi from "@pulumi/pulumi";
import { Policy } from "@pulumi/vault/policy";
import { BACKEND, BACKEND_KWARGS } from "../../airflow/envVars";
import {
    vaultBackendClass,
    vaultKwargs,
    vaultPolicy,
    vaultRequirement,
    type VaultScope,
    type VaultServer,
} from "./airflow";
import { createAppRole } from "./appRole";
import type { Claims } from "../claims";
import { withErrorAdvice } from "../errorAdvice";
import { componentType } from "../componentType";
import { marksOf } from "../marks";
import { identityResource, serviceName } from "../names";
import type { Current } from "../owner";
import type { EnvVar, SecretsBackend } from "../backend";
import { vaultErrorAdvice } from "./errors";
import type { Login } from "./logins";
import { createPodRole } from "./podRole";
import { roleSettings, type MadeLogin } from "./roleArgs";
import { createTestSecrets } from "./testSecretResources";

export interface VaultBackendArgs extends VaultScope, VaultServer, Partial<Pick<Claims, "existing" | "shared">> {
    /** How the Deployment logs in. */
    readonly login: Login;
    /** TTL of a login's token, in seconds. Airflow logs in for every lookup, so it can be short. */
    readonly tokenTtl: number;
    /** CIDR blocks from which a login and its token are accepted. Default: any. */
    readonly boundCidrs?: readonly string[] | undefined;
    /** Whether to create the test variable and the two test connections. */
    readonly testSecrets: boolean;
    /** Whether another Deployment may read the same secrets. */
    readonly shareSecrets: boolean;
}

/**
 * HashiCorp Vault: a policy for one Deployment's paths, and a role with that policy. An AppRole has a secret id that
 * expires; a role for the tokens of the pods has no credential.
 */
export class VaultBackend extends pulumi.ComponentResource implements SecretsBackend {
    readonly env: readonly EnvVar[];
    readonly hooks: pulumi.ResourceHookBinding;
    readonly requirement: string;
    readonly mayListNames = false;
    readonly credentialEnds: pulumi.Output<string> | undefined;

    constructor(current: Current, args: VaultBackendArgs, opts?: pulumi.ComponentResourceOptions) {
        const name = current.owner.deployment;
        super(componentType("VaultBackend"), name, {}, opts);
        const vaultOpts = withErrorAdvice(this, name, vaultErrorAdvice);
        const inNamespace = args.namespace === undefined ? {} : { namespace: args.namespace };
        const vaultName = serviceName(current.owner, current.identity);
        const { login } = args;
        const isKeyless = login.type !== "approle";

        const policy = createPolicy();
        const made = createLogin();

        this.requirement = vaultRequirement(login.type);
        this.credentialEnds = made.credentialEnds;
        this.hooks = vaultOpts.hooks;
        this.env = [
            { name: BACKEND, secret: false, value: pulumi.output(vaultBackendClass) },
            { name: BACKEND_KWARGS, secret: !isKeyless, value: kwargs() },
        ];
        this.registerOutputs(made.credentialEnds === undefined ? {} : { credentialEnds: made.credentialEnds });

        function createPolicy(): Policy {
            const policy = vaultPolicy(args, marksOf(current.owner, false));
            return new Policy(
                identityResource(current, "policy"),
                { name: vaultName, policy, ...inNamespace },
                vaultOpts,
            );
        }

        function createLogin(): MadeLogin {
            const marks = marksOf(current.owner, args.shareSecrets);
            const role = {
                mount: { backend: args.authMount, ...inNamespace },
                settings: roleSettings(vaultName, policy.name, args),
                boundCidrs: args.boundCidrs,
                claims: args,
                testSecrets: args.testSecrets ? createTestSecrets(current, { ...args, marks }, vaultOpts) : [],
                opts: vaultOpts,
            };
            return login.type === "approle"
                ? createAppRole(current, role, login.secretIdTtl)
                : createPodRole(current, role, login.type, login.pods);
        }

        function kwargs(): pulumi.Output<string> {
            const text = pulumi.jsonStringify(vaultKwargs(args, args, made.kwargs));
            return isKeyless ? text : pulumi.secret(text);
        }
    }
}
