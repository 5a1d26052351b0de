import type { AwsAccount, AwsGrant } from "./airflow";
import type { Claims } from "../claims";
import { marksOf } from "../marks";
import { serviceName, shortenWithHash } from "../names";
import type { Current } from "../owner";
import type { TrustedPods } from "../trustedPods";

/** Arguments of both AWS backends about the identity that reads the secrets. */
export interface AwsIdentityArgs {
    /** The account that Pulumi is logged in to, see `findAwsAccount`. */
    readonly account: AwsAccount;
    /** Region of the secrets, e.g. `eu-central-1`. */
    readonly region: string;
    /** ARN of the KMS key that encrypts the secrets. Default: the AWS managed key, which needs no grant. */
    readonly kmsKeyArn?: string | undefined;
    /** IAM path of the user or role. Begins and ends with a slash. Default: `/`. */
    readonly iamPath?: string | undefined;
    /** ARN of the permissions boundary: a policy that limits what the user or role can be granted. */
    readonly permissionsBoundary?: string | undefined;
    /** Where Airflow finds the access key: `environment` is `AWS_ACCESS_KEY_ID` and so on. Default: `kwargs`. */
    readonly credentialIn?: "kwargs" | "environment" | undefined;
    /** Whose tokens are trusted; `undefined` for a user with an access key. */
    readonly webIdentity?: WebIdentity | undefined;
    /** Whether another Deployment that says so too may read the same secrets. */
    readonly shareSecrets: boolean;
    /** What already has the names of its resources, see `awsLookups`. */
    readonly claims?: Claims | undefined;
}

/** The pods that log in with their own token. */
export interface WebIdentity {
    readonly pods: TrustedPods;
    /** URL of the issuer of the cluster's tokens, as in their claim `iss`. */
    readonly issuer: string;
}

/** What an identity may do. */
export type IdentityGrant = Pick<AwsGrant, "service" | "action" | "resources">;

/** Name of the inline policy. */
export const POLICY_NAME = "read-airflow-secrets";

/** IAM's maximum length of the name of a user or a role. */
const NAME_LIMIT = 64;

/** Returns the name of an identity's user or role. */
export function awsIdentityName({ owner, identity }: Current): string {
    return shortenWithHash(serviceName(owner, identity), NAME_LIMIT);
}

/** Returns the properties that a user and a role both have. */
export function identityProperties(current: Current, { iamPath, permissionsBoundary }: AwsIdentityArgs) {
    return {
        name: awsIdentityName(current),
        // Nobody shares an identity.
        tags: marksOf(current.owner, false),
        ...(iamPath === undefined ? {} : { path: iamPath }),
        ...(permissionsBoundary === undefined ? {} : { permissionsBoundary }),
    };
}
