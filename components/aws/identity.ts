import { AccessKey } from "@pulumi/aws/iam/accessKey";
import { User } from "@pulumi/aws/iam/user";
import { UserPolicy } from "@pulumi/aws/iam/userPolicy";
import * as pulumi from "@pulumi/pulumi";
import { awsPolicy, type AwsAccount, type AwsGrant } from "./airflow";
import {
    AWS_ACCESS_KEY_ID,
    AWS_DEFAULT_REGION,
    AWS_SECRET_ACCESS_KEY,
    BACKEND,
    BACKEND_KWARGS,
} from "../../airflow/envVars";
import type { Claims } from "../claims";
import { importing } from "../existing";
import { marksOf } from "../marks";
import { credentialResource, identityResource, serviceName, shortenWithHash } from "../names";
import type { Current } from "../owner";
import type { EnvVar } from "../backend";

/** Arguments of both AWS backends about the identity that reads the secrets. */
export interface AwsIdentityArgs {
    /** The account that Pulumi is logged in to, see `findAwsAccount`. */
    readonly account: AwsAccount;
    /** Region of the secrets, e.g. `eu-central-1`. */
    readonly region: string;
    /** ARN of the KMS key that encrypts the secrets. Default: the AWS managed key, which needs no grant. */
    readonly kmsKeyArn?: string | undefined;
    /** IAM path of the user. Begins and ends with a slash. Default: `/`. */
    readonly userPath?: string | undefined;
    /** ARN of the permissions boundary: a policy that limits what the user can be granted. */
    readonly permissionsBoundary?: string | undefined;
    /** Whether another Deployment that says so too may read the same secrets. */
    readonly shareSecrets: boolean;
    /** What already has the names of its resources, see `awsLookups`. */
    readonly claims?: Claims | undefined;
}

export interface AwsIdentity {
    readonly accessKeyId: pulumi.Output<string>;
    readonly secretAccessKey: pulumi.Output<string>;
}

/** Returns the name of an identity's user. */
export function awsUserName({ owner, identity }: Current): string {
    return shortenWithHash(serviceName(owner, identity), USER_NAME_LIMIT);
}

/** IAM's maximum length of a user name. */
const USER_NAME_LIMIT = 64;

/** Creates an IAM user that can only do what `grant` says, and its access key. */
export function createAwsIdentity(
    current: Current,
    args: AwsIdentityArgs,
    grant: Pick<AwsGrant, "service" | "action" | "resources">,
    opts: pulumi.CustomResourceOptions,
    testSecrets: readonly pulumi.Resource[],
): AwsIdentity {
    const userResource = identityResource(current, "user");
    const user = new User(
        userResource,
        {
            name: awsUserName(current),
            // If `up` is killed while it creates an access key, the key is not in Pulumi's state. It is then deleted with
            // its user.
            forceDestroy: true,
            // Nobody shares a user.
            tags: marksOf(current.owner, false),
            ...(args.userPath === undefined ? {} : { path: args.userPath }),
            ...(args.permissionsBoundary === undefined ? {} : { permissionsBoundary: args.permissionsBoundary }),
        },
        importing(opts, args.claims, userResource),
    );
    const policy = new UserPolicy(
        identityResource(current, "policy"),
        {
            name: "read-airflow-secrets",
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
    return { accessKeyId: key.id, secretAccessKey: pulumi.secret(key.secret) };
}

/** Returns the environment variables of a Deployment that reads from AWS. */
export function awsEnv(
    identity: AwsIdentity,
    { region, backendClass, kwargs }: { region: string; backendClass: string; kwargs: object },
): EnvVar[] {
    const plain = (name: string, value: string): EnvVar => ({ name, secret: false, value: pulumi.output(value) });
    return [
        { name: AWS_ACCESS_KEY_ID, secret: true, value: pulumi.secret(identity.accessKeyId) },
        { name: AWS_SECRET_ACCESS_KEY, secret: true, value: identity.secretAccessKey },
        plain(AWS_DEFAULT_REGION, region),
        plain(BACKEND, backendClass),
        plain(BACKEND_KWARGS, JSON.stringify(kwargs)),
    ];
}
