import { AccessKey } from "@pulumi/aws/iam/accessKey";
import { User } from "@pulumi/aws/iam/user";
import { UserPolicy } from "@pulumi/aws/iam/userPolicy";
import * as pulumi from "@pulumi/pulumi";
import { awsPolicy } from "./airflow";
import { identityProperties, POLICY_NAME, type AwsIdentityArgs, type IdentityGrant } from "./identity";
import { importing } from "../existing";
import { credentialResource, identityResource } from "../names";
import type { Current } from "../owner";

export interface CreatedKey {
    readonly accessKeyId: pulumi.Output<string>;
    readonly secretAccessKey: pulumi.Output<string>;
}

/** Creates an IAM user that can only do what `grant` says, and its access key. */
export function createUser(
    current: Current,
    args: AwsIdentityArgs,
    grant: IdentityGrant,
    opts: pulumi.CustomResourceOptions,
    testSecrets: readonly pulumi.Resource[],
): CreatedKey {
    const userResource = identityResource(current, "user");
    const user = new User(
        userResource,
        {
            ...identityProperties(current, args),
            // If `up` is killed while it creates an access key, the key is not in Pulumi's state. It is then deleted with
            // its user.
            forceDestroy: true,
        },
        importing(opts, args.claims, userResource),
    );
    const policy = new UserPolicy(
        identityResource(current, "policy"),
        {
            name: POLICY_NAME,
            user: user.name,
            policy: JSON.stringify(awsPolicy(args.account, { ...grant, ...args })),
        },
        opts,
    );
    const key = new AccessKey(
        credentialResource(current, "access-key"),
        { user: user.name },
        // A Deployment must not get a key that cannot read anything yet. The key is deleted before the test secrets.
        { ...opts, dependsOn: [policy, ...testSecrets] },
    );
    return { accessKeyId: pulumi.secret(key.id), secretAccessKey: pulumi.secret(key.secret) };
}
