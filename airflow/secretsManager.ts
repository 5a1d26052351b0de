import { awsKwargs, awsNamePrefixes, awsPrefixes, type AwsAccount, type AwsLookups, type AwsPrefixes } from "./aws";
import type { Scope } from "./scope";

/** What Airflow wants to know of AWS Secrets Manager. */
export const secretsManagerClass = "airflow.providers.amazon.aws.secrets.secrets_manager.SecretsManagerBackend";

export interface SecretsManagerScope extends Scope {
    /** Between a prefix and a key: one character, `/` unless the company's names have another. */
    readonly sep: string;
}

export function secretsManagerPrefixes(scope: SecretsManagerScope): AwsPrefixes {
    return awsPrefixes("airflow", scope.sep, scope);
}

/** The `*` also covers the six characters that AWS puts behind a secret's name in its ARN. */
export function secretsManagerResources(scope: SecretsManagerScope, account: AwsAccount, region: string): string[] {
    const root = `arn:${account.partition}:secretsmanager:${region}:${account.accountId}:secret`;
    return awsNamePrefixes(secretsManagerPrefixes(scope)).map((prefix) => `${root}:${prefix}*`);
}

export function secretsManagerKwargs(scope: SecretsManagerScope, lookups: AwsLookups) {
    const { sep } = scope;
    return { ...awsKwargs(secretsManagerPrefixes(scope), lookups), ...(sep === "/" ? {} : { sep }) };
}
