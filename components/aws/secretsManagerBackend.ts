import { Secret } from "@pulumi/aws/secretsmanager/secret";
import { SecretVersion } from "@pulumi/aws/secretsmanager/secretVersion";
import * as pulumi from "@pulumi/pulumi";
import { amazonRequirement, type AwsLookups } from "./airflow";
import { secretName } from "../../airflow/scope";
import { testSecretsIn } from "../../airflow/testSecrets";
import {
    secretsManagerClass,
    secretsManagerKwargs,
    secretsManagerPrefixes,
    secretsManagerResources,
    type ConnectionWords,
    type SecretsManagerScope,
} from "./secretsManager";
import { awsErrorAdvice } from "./errors";
import type { AwsIdentityArgs } from "./identity";
import { createAwsLogin } from "./login";
import { withErrorAdvice } from "../errorAdvice";
import { componentType } from "../componentType";
import { importing, ownTestSecrets } from "../existing";
import { marksOf } from "../marks";
import { placeResource } from "../names";
import type { Current } from "../owner";
import type { EnvVar, SecretsBackend } from "../backend";
import { withoutKmsKey } from "./secretsManagerKey";

export interface SecretsManagerBackendArgs extends SecretsManagerScope, AwsIdentityArgs, AwsLookups, ConnectionWords {
    /** Whether to create the test variable and the two test connections. */
    readonly testSecrets: boolean;
    /** Number of days that AWS keeps a deleted test secret and its name: 0 (deleted at once) or 7 to 30. */
    readonly recoveryWindowInDays: number;
}

/**
 * AWS Secrets Manager: an IAM user that can read a Deployment's secrets and its access key, or an IAM role that the
 * Deployment's pods can take.
 */
export class SecretsManagerBackend extends pulumi.ComponentResource implements SecretsBackend {
    readonly env: readonly EnvVar[];
    readonly hooks: pulumi.ResourceHookBinding;
    readonly requirement = amazonRequirement;
    readonly mayListNames = false;
    /** AWS access keys do not expire, and a role has no credential of its own. */
    readonly credentialEnds = undefined;

    constructor(current: Current, args: SecretsManagerBackendArgs, opts?: pulumi.ComponentResourceOptions) {
        const name = current.owner.deployment;
        super(componentType("SecretsManagerBackend"), name, {}, opts);
        const { region } = args;
        const awsOpts = withErrorAdvice(this, name, awsErrorAdvice);
        const resources = secretsManagerResources(args, args.account, region);
        const action = "secretsmanager:GetSecretValue";
        const testSecrets = args.testSecrets ? createTestSecrets(current, args, awsOpts) : [];
        const grant = { service: "secretsmanager", action, resources } as const;
        const airflow = { backendClass: secretsManagerClass, kwargs: secretsManagerKwargs(args, args) };
        this.hooks = awsOpts.hooks;
        this.env = createAwsLogin(current, args, grant, airflow, awsOpts, testSecrets);
        this.registerOutputs({});
    }
}

function createTestSecrets(
    current: Current,
    args: SecretsManagerBackendArgs,
    opts: pulumi.CustomResourceOptions,
): SecretVersion[] {
    const { region, kmsKeyArn, recoveryWindowInDays, claims } = args;
    const prefixes = secretsManagerPrefixes(args);
    const tags = marksOf(current.owner, args.shareSecrets);
    const kmsKey = kmsKeyArn === undefined ? {} : { kmsKeyId: kmsKeyArn };
    const secretOpts =
        kmsKeyArn === undefined ? withoutKmsKey(current.owner.deployment, recoveryWindowInDays, opts) : opts;
    return ownTestSecrets(current, testSecretsIn(args), claims).map(({ role, kind, key, text }) => {
        const name = placeResource(current, role);
        const secret = new Secret(
            name,
            { name: secretName(prefixes, kind, key), region, recoveryWindowInDays, tags, ...kmsKey },
            importing(secretOpts, claims, name),
        );
        const version = { secretId: secret.id, region, secretString: pulumi.secret(text) };
        return new SecretVersion(name, version, opts);
    });
}
