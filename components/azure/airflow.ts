import { flatPrefixes, secretName, type SecretKind, type SeparatedScope } from "../../airflow/scope";
import { testSecretTexts } from "../../airflow/testSecrets";

/** What Airflow wants to know of Azure Key Vault. */

/** The path of the same name with `azure_key_vault` in it, which guides still show, is gone since provider 5.0.0. */
export const azureKeyVaultClass = "airflow.providers.microsoft.azure.secrets.key_vault.AzureKeyVaultBackend";

/** 3.8.0 is the first that reads a JSON connection. */
export const azureRequirement = "apache-airflow-providers-microsoft-azure>=3.8.0";

/** How the names of a Deployment's secrets begin. The grant is the whole vault: Key Vault knows no narrower one. `sep` is `-` or `--`. */
export type AzureScope = SeparatedScope;

export type AzureKey = readonly [kind: SecretKind, key: string];

const SECRET_NAME_LIMIT = 127;

/** The role that reads a vault's secrets: https://learn.microsoft.com/azure/role-based-access-control/built-in-roles/security */
export const secretsUserRole = { name: "Key Vault Secrets User", id: "4633458b-17de-408a-b874-0445c86b69e6" } as const;

/** The URL of a vault in Azure's public cloud. */
export const azureVaultUrl = (vault: string): string => `https://${vault.toLowerCase()}.vault.azure.net`;

/**
 * The names of the secrets in which Airflow looks for these keys, in their order. Airflow puts the separator in place
 * of each `_`, as Key Vault's names have none.
 *
 * @throws Error where Key Vault cannot have a secret of that name, or where two keys would be one secret: Airflow
 * would say nothing, and read the other's value.
 */
export function azureSecretNames(scope: AzureScope, keys: readonly AzureKey[]): string[] {
    const taken = new Map<string, AzureKey>();
    return keys.map(([kind, key]) => {
        const name = secretName(flatPrefixes(scope), kind, key).replaceAll("_", scope.sep);
        const [otherKind, other] = taken.get(name) ?? [kind, key];
        if (other !== key || otherKind !== kind) {
            throw new Error(
                `The ${singular(otherKind)} "${other}" and the ${singular(kind)} "${key}" would be one secret of Azure Key ` +
                    `Vault, "${name}": its names have no "_", and Airflow writes "${scope.sep}" in its place. Rename one ` +
                    "of them.",
            );
        }
        taken.set(name, [kind, key]);
        if (!/^[A-Za-z0-9_-]+$/.test(key)) {
            throw new Error(
                `"${key}" cannot be a key in Azure Key Vault: the names of its secrets are made of letters, digits and ` +
                    '"-" only. Airflow turns "_" into the separator and leaves every other character as it is, so a "." ' +
                    "has to go by renaming the variable or connection.",
            );
        }
        if (name.length > SECRET_NAME_LIMIT) {
            throw new Error(
                `"${key}" cannot be a key in Azure Key Vault: with its prefix it has ${name.length} characters, and the ` +
                    `name of a secret has ${SECRET_NAME_LIMIT} at most.`,
            );
        }
        return name;
    });
}

/** The names of the test secrets, in the order of `testSecretTexts`. */
export function azureTestSecretNames(scope: AzureScope): string[] {
    return azureSecretNames(
        scope,
        testSecretTexts.map(({ kind, key }) => [kind, key]),
    );
}

function singular(kind: SecretKind): string {
    return kind.slice(0, -1);
}

/** The backend's keyword arguments. They hold no credential: that is in Azure's own variables. */
export function azureKwargs(scope: AzureScope, vault: string) {
    const { variables, connections, sep } = flatPrefixes(scope);
    return {
        connections_prefix: connections,
        variables_prefix: variables,
        // Without it Airflow would also look for its own configuration, in calls that are paid for.
        config_prefix: null,
        vault_url: azureVaultUrl(vault),
        ...(sep === "-" ? {} : { sep }),
    };
}
