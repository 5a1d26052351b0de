import { awsPrefixes, type AwsAccount } from "./airflow";
import { namePrefixes, type Prefixes, type Scope } from "../../airflow/scope";

/** What Airflow wants to know of AWS Systems Manager Parameter Store. */
export const parameterStoreClass =
    "airflow.providers.amazon.aws.secrets.systems_manager.SystemsManagerParameterStoreBackend";

/** The names are paths. */
export function parameterStorePrefixes(scope: Scope): Prefixes {
    return awsPrefixes("/airflow", "/", scope);
}

/** In an ARN the path's first slash is the one behind `parameter`. */
export function parameterStoreResources(scope: Scope, account: AwsAccount, region: string): string[] {
    const root = `arn:${account.partition}:ssm:${region}:${account.accountId}:parameter`;
    return namePrefixes(parameterStorePrefixes(scope)).map((prefix) => `${root}${prefix}*`);
}
