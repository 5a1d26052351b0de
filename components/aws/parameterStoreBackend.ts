import { Parameter } from "@pulumi/aws/ssm/parameter";
import * as pulumi from "@pulumi/pulumi";
import { amazonRequirement, awsKwargs, type AwsLookups } from "./airflow";
import { parameterStoreClass, parameterStorePrefixes, parameterStoreResources } from "./parameterStore";
import type { Scope } from "../../airflow/scope";
import { secretName } from "../../airflow/scope";
import { testSecretTexts } from "../../airflow/testSecrets";
import { awsAdvices } from "./errors";
import { awsEnv, createAwsIdentity, type AwsIdentityArgs } from "./identity";
import { withAdvice } from "../errorAdvice";
import { componentType } from "../names";
import type { EnvVar, SecretsBackend } from "../backend";

/** AWS's own key, by the name that Parameter Store gives it. */
const AWS_KEY = "alias/aws/ssm";

export interface ParameterStoreBackendArgs extends Scope, AwsIdentityArgs, AwsLookups {
    /** Whether to write the test variable and the two test connections, each a SecureString. */
    readonly testSecrets: boolean;
}

/** AWS Systems Manager Parameter Store: an IAM user that can read one Deployment's parameters, and its access key. */
export class ParameterStoreBackend extends pulumi.ComponentResource implements SecretsBackend {
    readonly env: readonly EnvVar[];
    readonly requirement = amazonRequirement;
    readonly mayListNames = false;
    /** AWS gives an access key no end. */
    readonly credentialEnds = undefined;

    /** @param name the Deployment's name */
    constructor(name: string, args: ParameterStoreBackendArgs, opts?: pulumi.ComponentResourceOptions) {
        super(componentType("ParameterStoreBackend"), name, {}, opts);
        const { region } = args;
        const awsOpts = withAdvice(this, name, awsAdvices);
        const resources = parameterStoreResources(args, args.account, region);
        const testSecrets = args.testSecrets ? createTestParameters(name, args, awsOpts) : [];
        const identity = createAwsIdentity(
            name,
            args,
            { service: "ssm", action: "ssm:GetParameter", resources },
            awsOpts,
            testSecrets,
        );
        const kwargs = awsKwargs(parameterStorePrefixes(args), args);
        this.env = awsEnv(identity, { region, backendClass: parameterStoreClass, kwargs });
        this.registerOutputs({});
    }
}

function createTestParameters(
    name: string,
    args: ParameterStoreBackendArgs,
    opts: pulumi.CustomResourceOptions,
): Parameter[] {
    const { region, kmsKeyArn } = args;
    const prefixes = parameterStorePrefixes(args);
    return testSecretTexts.map(
        ({ role, kind, key, text }) =>
            new Parameter(
                `${name}-${role}`,
                {
                    name: secretName(prefixes, kind, key),
                    type: "SecureString",
                    value: pulumi.secret(text),
                    region,
                    // Left out, a key that was named before would stay.
                    keyId: kmsKeyArn ?? AWS_KEY,
                },
                opts,
            ),
    );
}
