import { awsKwargs, awsPrefixes, type AwsAccount, type AwsLookups } from "./airflow";
import { namePrefixes, type Prefixes, type SeparatedScope } from "../../airflow/scope";

/** What Airflow wants to know of AWS Secrets Manager. */
export const secretsManagerClass = "airflow.providers.amazon.aws.secrets.secrets_manager.SecretsManagerBackend";

/** Its `sep` is one character, `/` unless the company's names have another. */
export type SecretsManagerScope = SeparatedScope;

export function secretsManagerPrefixes(scope: SecretsManagerScope): Prefixes {
    return awsPrefixes("airflow", scope.sep, scope);
}

/** The `*` also covers the six characters that AWS puts behind a secret's name in its ARN. */
export function secretsManagerResources(scope: SecretsManagerScope, account: AwsAccount, region: string): string[] {
    const root = `arn:${account.partition}:secretsmanager:${region}:${account.accountId}:secret`;
    return namePrefixes(secretsManagerPrefixes(scope)).map((prefix) => `${root}:${prefix}*`);
}

export function secretsManagerKwargs(scope: SecretsManagerScope, lookups: AwsLookups) {
    const { sep } = scope;
    return { ...awsKwargs(secretsManagerPrefixes(scope), lookups), ...(sep === "/" ? {} : { sep }) };
}
