import { getCallerIdentity } from "@pulumi/aws/getCallerIdentity";
import * as pulumi from "@pulumi/pulumi";
import type { AwsAccount } from "./airflow";

/**
 * Returns the AWS account that Pulumi is logged in to.
 *
 * @param expected the config's `awsAccountId`
 * @throws RunError if it is not the expected one: with the wrong profile, everything would be created a second time.
 */
export async function findAwsAccount(expected: string | undefined): Promise<AwsAccount> {
    const { accountId, arn } = await getCallerIdentity({});
    if (expected !== undefined && accountId !== expected) {
        throw new pulumi.RunError(
            `Pulumi is logged in to AWS account ${accountId} as ${arn}, but awsAccountId in ` +
                `Pulumi.${pulumi.getStack()}.yaml is ${expected}. Nothing was changed. Log in to ${expected} ` +
                "(AWS_PROFILE, for example), or change awsAccountId.",
        );
    }
    return { accountId, partition: arn.split(":")[1] ?? "aws" };
}
