import { Role } from "@pulumi/aws/iam/role";
import { RolePolicy } from "@pulumi/aws/iam/rolePolicy";
import * as pulumi from "@pulumi/pulumi";
import { awsPolicy } from "./airflow";
import {
    identityProperties,
    POLICY_NAME,
    type AwsIdentityArgs,
    type IdentityGrant,
    type WebIdentity,
} from "./identity";
import { trustPolicy } from "./trustPolicy";
import { importing } from "../existing";
import { identityResource } from "../names";
import type { Current } from "../owner";

/**
 * Creates an IAM role that can only do what `grant` says, and that only the pods can take. Returns its ARN, which is known
 * when the role can read.
 */
export function createRole(
    current: Current,
    args: AwsIdentityArgs,
    webIdentity: WebIdentity,
    grant: IdentityGrant,
    opts: pulumi.CustomResourceOptions,
    testSecrets: readonly pulumi.CustomResource[],
): pulumi.Output<string> {
    const roleResource = identityResource(current, "role");
    const role = new Role(
        roleResource,
        {
            ...identityProperties(current, args),
            assumeRolePolicy: JSON.stringify(trustPolicy(args.account, webIdentity)),
            // Otherwise a policy that somebody has attached by hand would keep the role from being deleted.
            forceDetachPolicies: true,
        },
        importing(opts, args.claims, roleResource),
    );
    const policy = new RolePolicy(
        identityResource(current, "policy"),
        {
            name: POLICY_NAME,
            role: role.name,
            policy: JSON.stringify(awsPolicy(args.account, { ...grant, ...args })),
        },
        opts,
    );
    // A Deployment must not get a role that cannot read anything yet.
    const ready = pulumi.all([policy.id, ...testSecrets.map(({ id }) => id)]);
    return pulumi.all([role.arn, ready]).apply(([arn]) => arn);
}
