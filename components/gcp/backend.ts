import { IAMMember } from "@pulumi/gcp/projects/iammember";
import { Secret } from "@pulumi/gcp/secretmanager/secret";
import { SecretVersion } from "@pulumi/gcp/secretmanager/secretVersion";
import { Account } from "@pulumi/gcp/serviceaccount/account";
import { Key } from "@pulumi/gcp/serviceaccount/key";
import * as pulumi from "@pulumi/pulumi";
import { BACKEND, BACKEND_KWARGS } from "../../airflow/envVars";
import {
    gcpCondition,
    gcpKwargs,
    gcpSecretId,
    gcpSecretManagerClass,
    googleRequirement,
    type GcpScope,
} from "./airflow";
import { testSecretTexts } from "../../airflow/testSecrets";
import { withErrorAdvice } from "../errorAdvice";
import { gcpErrorAdvice } from "./errors";
import { componentType } from "../componentType";
import { credentialResource, gcpAccountId, identityResource, placeResource } from "../names";
import type { Current } from "../owner";
import type { EnvVar, SecretsBackend } from "../backend";

export interface GcpSecretManagerBackendArgs extends GcpScope {
    /** Id of the project with the secrets. The service account is created there too. */
    readonly project: string;
    /** Number of that project, see `findGcpProjects`. */
    readonly projectNumber: string;
    /** Whether to create the test variable and the two test connections. */
    readonly testSecrets: boolean;
}

const ACCESSOR = "roles/secretmanager.secretAccessor";

/** Google Cloud Secret Manager: a service account that can read a Deployment's secrets, and its JSON key. */
export class GcpSecretManagerBackend extends pulumi.ComponentResource implements SecretsBackend {
    readonly env: readonly EnvVar[];
    readonly hooks: pulumi.ResourceHookBinding;
    readonly requirement = googleRequirement;
    readonly mayListNames = false;
    /** Keys that Google Cloud creates do not expire. */
    readonly credentialEnds = undefined;

    constructor(current: Current, args: GcpSecretManagerBackendArgs, opts?: pulumi.ComponentResourceOptions) {
        const { owner, identity } = current;
        const name = owner.deployment;
        super(componentType("GcpSecretManagerBackend"), name, {}, opts);
        const { project } = args;
        const gcpOpts = withErrorAdvice(this, name, gcpErrorAdvice);
        const readable = `Airflow ${owner.stack}/${name}`;

        const account = new Account(
            identityResource(current, "account"),
            {
                accountId: gcpAccountId(owner, identity),
                displayName: readable.slice(0, 100),
                description: "Reads the Deployment's secrets and nothing else",
                project,
            },
            gcpOpts,
        );
        const grant = new IAMMember(
            identityResource(current, "grant"),
            {
                project,
                role: ACCESSOR,
                member: account.member,
                condition: {
                    title: readable.slice(0, 100),
                    description: "Secrets whose ids begin with the Deployment's prefixes",
                    expression: gcpCondition(args, args.projectNumber),
                },
            },
            gcpOpts,
        );
        const testSecrets = args.testSecrets ? createTestSecrets(current, args, gcpOpts) : [];
        const key = new Key(
            credentialResource(current, "key"),
            { serviceAccountId: account.name },
            // A Deployment must not get a key that cannot read anything yet. The key is deleted before the test
            // secrets.
            { ...gcpOpts, dependsOn: [grant, ...testSecrets] },
        );
        const keyfile = key.privateKey.apply(
            (encoded) => JSON.parse(Buffer.from(encoded, "base64").toString("utf8")) as Record<string, unknown>,
        );
        const kwargs = pulumi.jsonStringify(gcpKwargs(args, project, pulumi.secret(keyfile)));
        this.hooks = gcpOpts.hooks;
        this.env = [
            { name: BACKEND, secret: true, value: pulumi.secret(gcpSecretManagerClass) },
            { name: BACKEND_KWARGS, secret: true, value: pulumi.secret(kwargs) },
        ];
        this.registerOutputs({});
    }
}

function createTestSecrets(
    current: Current,
    args: GcpSecretManagerBackendArgs,
    opts: pulumi.CustomResourceOptions,
): SecretVersion[] {
    const { project } = args;
    return testSecretTexts.map(({ role, kind, key, text }) => {
        const secretId = gcpSecretId(args, kind, key);
        const resource = placeResource(current, role);
        const secret = new Secret(resource, { secretId, project, replication: { auto: {} } }, opts);
        const version = { secret: secret.id, secretData: pulumi.secret(text) };
        return new SecretVersion(resource, version, opts);
    });
}
