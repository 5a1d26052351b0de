import { awsKwargs, awsPrefixes, type AwsAccount, type AwsLookups } from "./airflow";
import { namePrefixes, type Prefixes, type SeparatedScope } from "../../airflow/scope";

/** Class path of Airflow's backend for AWS Secrets Manager. */
export const secretsManagerClass = "airflow.providers.amazon.aws.secrets.secrets_manager.SecretsManagerBackend";

/** `sep` is one character. The default is `/`; existing secret names may have another separator. */
export type SecretsManagerScope = SeparatedScope;

/** Returns the prefixes of the secrets' names. */
export function secretsManagerPrefixes(scope: SecretsManagerScope): Prefixes {
    return awsPrefixes("airflow", scope.sep, scope);
}

/** Returns the ARNs of a scope's secrets. `*` also matches the six characters that AWS appends to a secret's name. */
export function secretsManagerResources(scope: SecretsManagerScope, account: AwsAccount, region: string): string[] {
    const root = `arn:${account.partition}:secretsmanager:${region}:${account.accountId}:secret`;
    return namePrefixes(secretsManagerPrefixes(scope)).map((prefix) => `${root}:${prefix}*`);
}

/** Returns the backend's keyword arguments. */
export function secretsManagerKwargs(scope: SecretsManagerScope, lookups: AwsLookups) {
    const { sep } = scope;
    return { ...awsKwargs(secretsManagerPrefixes(scope), lookups), ...(sep === "/" ? {} : { sep }) };
}
