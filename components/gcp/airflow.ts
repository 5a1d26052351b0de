import { prefixKwargs } from "../../airflow/kwargs";
import { flatPrefixes, namePrefixes, secretName, type SecretKind, type SeparatedScope } from "../../airflow/scope";

/** Settings of Airflow's backend for Google Cloud Secret Manager. */

export const gcpSecretManagerClass = "airflow.providers.google.cloud.secrets.secret_manager.CloudSecretManagerBackend";

/**
 * The oldest versions that work: 6.8.0 is the first that reads JSON connections, 10.2.0 the first that takes
 * `gcp_credential_config_file`.
 */
export const googleRequirements = {
    key: "apache-airflow-providers-google>=6.8.0",
    "workload-identity": "apache-airflow-providers-google>=10.2.0",
} as const;

/**
 * What a Deployment may read. The grant, the kwargs and the ids of the test secrets are all built from it. `sep` is `-`
 * or `_`.
 */
export type GcpScope = SeparatedScope;

const SECRET_ID_LIMIT = 255;

/**
 * Returns the id of the secret in which Airflow looks for a key.
 *
 * @throws Error if Google Cloud does not allow a secret with that id: Airflow would never find it and report no error.
 */
export function gcpSecretId(scope: GcpScope, kind: SecretKind, key: string): string {
    const id = secretName(flatPrefixes(scope), kind, key);
    if (!/^[A-Za-z0-9_-]+$/.test(key)) {
        throw new Error(
            `"${key}" cannot be a key in Google Cloud Secret Manager: secret ids may contain letters, digits, "_" ` +
                'and "-" only, and Airflow uses the key in the id unchanged. Rename the variable or connection, e.g. ' +
                'with "_" or "-" instead of ".".',
        );
    }
    if (id.length > SECRET_ID_LIMIT) {
        throw new Error(
            `"${key}" cannot be a key in Google Cloud Secret Manager: with its prefix it has ${id.length} ` +
                `characters, but a secret id may have ${SECRET_ID_LIMIT} at most.`,
        );
    }
    return id;
}

/**
 * Returns the IAM condition of the identity's role: the secret's id begins with one of the prefixes. In a
 * condition, the resource name has the project's number, and the resource that is read is a version of the secret.
 */
export function gcpCondition(scope: GcpScope, projectNumber: string): string {
    const names = namePrefixes(flatPrefixes(scope)).map(
        (prefix) => `resource.name.startsWith("projects/${projectNumber}/secrets/${prefix}")`,
    );
    return `resource.type == "secretmanager.googleapis.com/SecretVersion" && (${names.join(" || ")})`;
}

/**
 * Returns the backend's keyword arguments. `Login` is what it logs in with: `gcp_keyfile_dict`, the content of the JSON
 * key, or `gcp_credential_config_file`, see `credentialConfig`.
 */
export function gcpKwargs<Login extends object>(scope: GcpScope, project: string, login: Login) {
    return {
        ...prefixKwargs(flatPrefixes(scope)),
        sep: scope.sep,
        project_id: project,
        ...login,
    };
}
