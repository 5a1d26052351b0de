import { prefixKwargs } from "../../airflow/kwargs";
import { prefixesOf, type Prefixes, type Scope } from "../../airflow/scope";

/** What Airflow's two backends for AWS have in common. */

/** 7.3.0 is the first version with lookup patterns, and the first 7.x that reads JSON connections as Airflow does. */
export const amazonRequirement = "apache-airflow-providers-amazon>=7.3.0";

/** Python regular expressions, anchored at the start: Airflow looks up only keys that match. Default: every key. */
export interface AwsLookups {
    readonly variablesLookupPattern?: string | undefined;
    readonly connectionsLookupPattern?: string | undefined;
}

/** Returns the prefixes of a scope below `root`, e.g. `airflow/my-scope/variables`. */
export function awsPrefixes(root: string, sep: string, scope: Scope): Prefixes {
    const base = scope.scope === undefined ? root : `${root}/${scope.scope}`;
    return prefixesOf(scope, sep, (kind) => `${base}/${kind}`);
}

/** Returns the keyword arguments that both backends have. */
export function awsKwargs(prefixes: Prefixes, lookups: AwsLookups) {
    const { variablesLookupPattern, connectionsLookupPattern } = lookups;
    return {
        ...prefixKwargs(prefixes),
        ...(connectionsLookupPattern === undefined ? {} : { connections_lookup_pattern: connectionsLookupPattern }),
        ...(variablesLookupPattern === undefined ? {} : { variables_lookup_pattern: variablesLookupPattern }),
    };
}

/** An AWS account and its partition. */
export interface AwsAccount {
    readonly accountId: string;
    /** The second part of the account's ARNs: `aws`, `aws-cn`, `aws-us-gov`, … */
    readonly partition: string;
}

/** A single IAM action on a list of resource ARNs. */
export interface AwsGrant {
    /** The service's prefix in IAM. It is also the first part of its host name in `kms:ViaService`. */
    readonly service: "secretsmanager" | "ssm";
    readonly action: string;
    readonly resources: readonly string[];
    readonly region: string;
    /** ARN of the customer managed key that encrypts the secrets. The AWS managed key needs no grant. */
    readonly kmsKeyArn?: string | undefined;
}

/** Returns an IAM policy that allows the action and, with a customer managed key, `kms:Decrypt` through the service. */
export function awsPolicy({ partition }: AwsAccount, grant: AwsGrant): object {
    const read = { Effect: "Allow", Action: grant.action, Resource: [...grant.resources] };
    if (grant.kmsKeyArn === undefined) {
        return { Version: "2012-10-17", Statement: [read] };
    }
    const host = `${grant.service}.${grant.region}.amazonaws.com`;
    const decrypt = {
        Effect: "Allow",
        Action: "kms:Decrypt",
        Resource: [grant.kmsKeyArn],
        // In China, a service has one of two names.
        Condition: {
            StringEquals: { "kms:ViaService": partition === "aws-cn" ? [host, `${host}.cn`] : host },
        },
    };
    return { Version: "2012-10-17", Statement: [read, decrypt] };
}
