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

/** How Airflow reads a secret that is neither a URI nor JSON in Airflow's own format. */
export interface ConnectionWords {
    /** Further names of a connection's fields in such secrets, e.g. `{ user: ["db_user"] }`. */
    readonly extraConnWords?: Readonly<Record<string, readonly string[] | undefined>> | undefined;
}

/** Returns the backend's keyword arguments. */
export function secretsManagerKwargs(scope: SecretsManagerScope, options: AwsLookups & ConnectionWords) {
    const { sep } = scope;
    const { extraConnWords: words } = options;
    return {
        ...awsKwargs(secretsManagerPrefixes(scope), options),
        ...(words === undefined ? {} : { extra_conn_words: words }),
        ...(sep === "/" ? {} : { sep }),
    };
}
