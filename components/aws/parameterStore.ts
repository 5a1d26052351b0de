import { awsPrefixes, type AwsAccount } from "./airflow";
import { namePrefixes, type Prefixes, type Scope } from "../../airflow/scope";

/** Class path of Airflow's backend for AWS Systems Manager Parameter Store. */
export const parameterStoreClass =
    "airflow.providers.amazon.aws.secrets.systems_manager.SystemsManagerParameterStoreBackend";

/** Returns the prefixes of the parameters' names, which are paths. */
export function parameterStorePrefixes(scope: Scope): Prefixes {
    return awsPrefixes("/airflow", "/", scope);
}

/** Returns the ARNs of a scope's parameters. The first slash of the path is the one after `parameter`. */
export function parameterStoreResources(scope: Scope, account: AwsAccount, region: string): string[] {
    const root = `arn:${account.partition}:ssm:${region}:${account.accountId}:parameter`;
    return namePrefixes(parameterStorePrefixes(scope)).map((prefix) => `${root}${prefix}*`);
}
