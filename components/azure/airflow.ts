import { prefixKwargs } from "../../airflow/kwargs";
import { flatPrefixes, secretName, type SecretKind, type SeparatedScope } from "../../airflow/scope";
import { testSecretsIn } from "../../airflow/testSecrets";

/** Settings of Airflow's backend for Azure Key Vault. */

/** Provider 5.0.0 removed the class path with `azure_key_vault`, which some guides still show. */
export const azureKeyVaultClass = "airflow.providers.microsoft.azure.secrets.key_vault.AzureKeyVaultBackend";

/** Where Airflow finds the client secret: in the backend's keyword arguments, or in Azure's standard env vars. */
export type CredentialIn = "kwargs" | "environment";

/**
 * The oldest provider that works: 3.8.0 is the first that reads JSON connections, 8.0.0 the first that takes
 * `client_secret`. 8.2.0 is the first that takes `managed_identity_client_id`, but 15.2.1 the first that requires an
 * azure-identity (1.24.0 or later) that looks at it without all of the env vars that Azure's own clusters set.
 */
export const azureRequirements = {
    environment: "apache-airflow-providers-microsoft-azure>=3.8.0",
    kwargs: "apache-airflow-providers-microsoft-azure>=8.0.0",
    workloadIdentity: "apache-airflow-providers-microsoft-azure>=15.2.1",
} as const satisfies Record<CredentialIn | "workloadIdentity", string>;

/** The audience that Microsoft Entra ID demands of a token from elsewhere. */
export const azureTokenAudience = "api://AzureADTokenExchange";

/**
 * How the names of a Deployment's secrets begin. The grant always includes the whole vault: Key Vault has no narrower
 * one. `sep` is `-`.
 */
export type AzureScope = SeparatedScope;

export type AzureKey = readonly [kind: SecretKind, key: string];

const SECRET_NAME_LIMIT = 127;

/**
 * The role that can read a vault's secrets:
 * https://learn.microsoft.com/azure/role-based-access-control/built-in-roles/security
 */
export const secretsUserRole = { name: "Key Vault Secrets User", id: "4633458b-17de-408a-b874-0445c86b69e6" } as const;

/** Returns the URL of a vault in Azure's public cloud. */
export const azureVaultUrl = (vault: string): string => `https://${vault.toLowerCase()}.vault.azure.net`;

/**
 * Returns the names of the secrets in which Airflow looks for these keys, in the same order. Airflow replaces each `_`
 * with the separator, because Key Vault does not allow `_` in names.
 *
 * @throws Error if Key Vault does not allow a secret with that name, or if two keys have the same secret name: Airflow
 * would read the other key's value and report no error
 */
export function azureSecretNames(scope: AzureScope, keys: readonly AzureKey[]): string[] {
    const taken = new Map<string, AzureKey>();
    return keys.map(([kind, key]) => {
        const name = secretName(flatPrefixes(scope), kind, key).replaceAll("_", scope.sep);
        const [otherKind, other] = taken.get(name) ?? [kind, key];
        if (other !== key || otherKind !== kind) {
            throw new Error(
                `The ${singular(otherKind)} "${other}" and the ${singular(kind)} "${key}" would be the same secret ` +
                    `in Azure Key Vault, "${name}": secret names cannot contain "_", and Airflow replaces it with ` +
                    `"${scope.sep}". Rename one of them.`,
            );
        }
        taken.set(name, [kind, key]);
        if (!/^[A-Za-z0-9_-]+$/.test(key)) {
            throw new Error(
                `"${key}" cannot be a key in Azure Key Vault: secret names may contain letters, digits and "-" only. ` +
                    'Airflow replaces "_" with the separator and changes no other character. Rename the variable or ' +
                    'connection, e.g. with "_" or "-" instead of ".".',
            );
        }
        if (name.length > SECRET_NAME_LIMIT) {
            throw new Error(
                `"${key}" cannot be a key in Azure Key Vault: with its prefix it has ${name.length} characters, but ` +
                    `a secret name may have ${SECRET_NAME_LIMIT} at most.`,
            );
        }
        return name;
    });
}

/** Returns the test secrets that Airflow looks up, with their names in a Key Vault. */
export function azureTestSecrets(scope: AzureScope) {
    const found = testSecretsIn(scope);
    const names = azureSecretNames(
        scope,
        found.map(({ kind, key }) => [kind, key]),
    );
    return found.map((secret, index) => ({ ...secret, name: names[index] ?? "" }));
}

function singular(kind: SecretKind): string {
    return kind.slice(0, -1);
}

/** Returns the backend's keyword arguments. `Login` are those that it logs in with; none if that is in the env vars. */
export function azureKwargs<Login extends object>(scope: AzureScope, vault: string, login: Login) {
    return {
        ...prefixKwargs(flatPrefixes(scope)),
        vault_url: azureVaultUrl(vault),
        ...login,
    };
}
