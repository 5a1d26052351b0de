import { prefixesOf, type Prefixes, type Scope } from "../../airflow/scope";

/** What Airflow's two AWS backends have in common. */

/** 7.3.0 is the first that knows the lookup patterns, and the first 7 that reads a JSON connection as Airflow does. */
export const amazonRequirement = "apache-airflow-providers-amazon>=7.3.0";

/** Which keys are looked up at all, as Python regular expressions matched at the key's beginning; default: every one. */
export interface AwsLookups {
    readonly variablesLookupPattern?: string | undefined;
    readonly connectionsLookupPattern?: string | undefined;
}

export function awsPrefixes(root: string, sep: string, scope: Scope): Prefixes {
    const base = scope.scope === undefined ? root : `${root}/${scope.scope}`;
    return prefixesOf(scope, sep, (kind) => `${base}/${kind}`);
}

/** The keyword arguments that both backends take. */
export function awsKwargs({ variables, connections }: Prefixes, lookups: AwsLookups) {
    const { variablesLookupPattern, connectionsLookupPattern } = lookups;
    return {
        connections_prefix: connections,
        ...(connectionsLookupPattern === undefined ? {} : { connections_lookup_pattern: connectionsLookupPattern }),
        variables_prefix: variables,
        ...(variablesLookupPattern === undefined ? {} : { variables_lookup_pattern: variablesLookupPattern }),
        // Without it Airflow would also look for its own configuration, in calls that are paid for.
        config_prefix: null,
    };
}

/** An AWS account, by the partition that its ARNs begin with. */
export interface AwsAccount {
    readonly accountId: string;
    /** `aws`, `aws-cn`, `aws-us-gov`, … */
    readonly partition: string;
}

/** One permission, for ARNs that name what it is for. */
export interface AwsGrant {
    /** The service as IAM writes it, also the host that KMS knows it by. */
    readonly service: "secretsmanager" | "ssm";
    readonly action: string;
    readonly resources: readonly string[];
    readonly region: string;
    /** A customer's key that the secrets are encrypted with; AWS's own key needs no grant. */
    readonly kmsKeyArn?: string | undefined;
}

/** An IAM policy: the one action on the named resources and, for a customer's key, decrypting by way of the service. */
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
        // China's services go by one name or the other.
        Condition: {
            StringEquals: { "kms:ViaService": partition === "aws-cn" ? [host, `${host}.cn`] : host },
        },
    };
    return { Version: "2012-10-17", Statement: [read, decrypt] };
}
