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
import { serviceName, shortened } from "../names";
import type { EnvVar } from "../backend";

/** What both AWS backends are told of the identity that reads the secrets. */
export interface AwsIdentityArgs {
    /** The account that the person who runs Pulumi is in: see `findAwsAccount`. */
    readonly account: AwsAccount;
    /** Of the secrets, e.g. `eu-central-1`. */
    readonly region: string;
    /** ARN of the customer's KMS key that the secrets are encrypted with; default: AWS's own key, which needs no grant. */
    readonly kmsKeyArn?: string | undefined;
    /** IAM path of the user, slashes around it; default: `/`. */
    readonly userPath?: string | undefined;
    /** ARN of a policy that limits what the user can ever be granted. */
    readonly permissionsBoundary?: string | undefined;
    /** A higher one makes a new access key; the old one lives until the env vars have moved to it. */
    readonly generation: number;
}

export interface AwsIdentity {
    readonly accessKeyId: pulumi.Output<string>;
    readonly secretAccessKey: pulumi.Output<string>;
}

/** IAM's limit for the name of a user. */
const USER_NAME_LIMIT = 64;

/** An IAM user that can do what `grant` says and nothing else, and its access key, which goes before the test secrets. */
export function createAwsIdentity(
    name: string,
    args: AwsIdentityArgs,
    grant: Pick<AwsGrant, "service" | "action" | "resources">,
    opts: pulumi.CustomResourceOptions,
    testSecrets: readonly pulumi.Resource[],
): AwsIdentity {
    const userName = shortened(serviceName(pulumi.getStack(), name), USER_NAME_LIMIT);
    const user = new User(
        `${name}-user`,
        {
            name: userName,
            // An access key that an `up` made in the moment it was killed stands in no state: it goes with its user.
            forceDestroy: true,
            ...(args.userPath === undefined ? {} : { path: args.userPath }),
            ...(args.permissionsBoundary === undefined ? {} : { permissionsBoundary: args.permissionsBoundary }),
        },
        // Renamed in place, a user keeps its old access key, which the plugin then looks for under the old name only: the
        // key would live on in no state.
        { ...opts, replaceOnChanges: ["name"] },
    );
    const policy = new UserPolicy(
        `${name}-policy`,
        {
            name: "read-airflow-secrets",
            user: user.name,
            policy: JSON.stringify(awsPolicy(args.account, { ...grant, ...args })),
        },
        // The plugin would take the old user's policy away first, while the Deployment still has the old user's key.
        { ...opts, deleteBeforeReplace: false },
    );
    const key = new AccessKey(
        `${name}-access-key-${args.generation}`,
        { user: user.name },
        // A Deployment never gets a key that can read nothing yet.
        { ...opts, dependsOn: [policy, ...testSecrets] },
    );
    return { accessKeyId: key.id, secretAccessKey: pulumi.secret(key.secret) };
}

/** The environment of an Airflow whose backend reads AWS. */
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
