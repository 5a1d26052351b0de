import { Parameter } from "@pulumi/aws/ssm/parameter";
import * as pulumi from "@pulumi/pulumi";
import { amazonRequirement, awsKwargs, type AwsLookups } from "./airflow";
import { parameterStoreClass, parameterStorePrefixes, parameterStoreResources } from "./parameterStore";
import type { Scope } from "../../airflow/scope";
import { secretName } from "../../airflow/scope";
import { testSecretsIn } from "../../airflow/testSecrets";
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

/** Alias of the AWS managed key of Parameter Store. */
const AWS_MANAGED_KEY = "alias/aws/ssm";

export interface ParameterStoreBackendArgs extends Scope, AwsIdentityArgs, AwsLookups {
    /** Whether to create the test variable and the two test connections, each as a SecureString. */
    readonly testSecrets: boolean;
}

/**
 * AWS Systems Manager Parameter Store: an IAM user that can read a Deployment's parameters and its access key, or an IAM
 * role that the Deployment's pods can take.
 */
export class ParameterStoreBackend extends pulumi.ComponentResource implements SecretsBackend {
    readonly env: readonly EnvVar[];
    readonly hooks: pulumi.ResourceHookBinding;
    readonly requirement = amazonRequirement;
    readonly mayListNames = false;
    /** AWS access keys do not expire, and a role has no credential of its own. */
    readonly credentialEnds = undefined;

    constructor(current: Current, args: ParameterStoreBackendArgs, opts?: pulumi.ComponentResourceOptions) {
        const name = current.owner.deployment;
        super(componentType("ParameterStoreBackend"), name, {}, opts);
        const { region } = args;
        const awsOpts = withErrorAdvice(this, name, awsErrorAdvice);
        const resources = parameterStoreResources(args, args.account, region);
        const testSecrets = args.testSecrets ? createTestParameters(current, args, awsOpts) : [];
        const grant = { service: "ssm", action: "ssm:GetParameter", resources } as const;
        const airflow = {
            backendClass: parameterStoreClass,
            kwargs: awsKwargs(parameterStorePrefixes(args), args),
        };
        this.hooks = awsOpts.hooks;
        this.env = createAwsLogin(current, args, grant, airflow, awsOpts, testSecrets);
        this.registerOutputs({});
    }
}

function createTestParameters(
    current: Current,
    args: ParameterStoreBackendArgs,
    opts: pulumi.CustomResourceOptions,
): Parameter[] {
    const { region, kmsKeyArn, claims } = args;
    const prefixes = parameterStorePrefixes(args);
    return ownTestSecrets(current, testSecretsIn(args), claims).map(({ role, kind, key, text }) => {
        const name = placeResource(current, role);
        return new Parameter(
            name,
            {
                name: secretName(prefixes, kind, key),
                type: "SecureString",
                value: pulumi.secret(text),
                region,
                tags: marksOf(current.owner, args.shareSecrets),
                // Without a key id, the parameter would keep a key that was configured before.
                keyId: kmsKeyArn ?? AWS_MANAGED_KEY,
            },
            importing(opts, claims, name),
        );
    });
}
