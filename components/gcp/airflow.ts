import { flatPrefixes, namePrefixes, secretName, type SecretKind, type SeparatedScope } from "../../airflow/scope";

/** What Airflow wants to know of Google Cloud Secret Manager. */

export const gcpSecretManagerClass = "airflow.providers.google.cloud.secrets.secret_manager.CloudSecretManagerBackend";

/** The first that reads a JSON connection. */
export const googleRequirement = "apache-airflow-providers-google>=6.8.0";

/** What a Deployment may read: one value gives the grant, the kwargs and the names of the test secrets. `sep` is `-` or `_`. */
export type GcpScope = SeparatedScope;

const SECRET_ID_LIMIT = 255;

/**
 * The id of the secret in which Airflow looks for a key.
 *
 * @throws Error where Google cannot have a secret of that id: Airflow would never find it, and say nothing.
 */
export function gcpSecretId(scope: GcpScope, kind: SecretKind, key: string): string {
    const id = secretName(flatPrefixes(scope), kind, key);
    if (!/^[A-Za-z0-9_-]+$/.test(key)) {
        throw new Error(
            `"${key}" cannot be a key in Google Cloud Secret Manager: the ids of its secrets are made of letters, ` +
                'digits, "_" and "-" only, and Airflow puts the key into the id as it is. A "." becomes "_" or "-" by ' +
                "renaming the variable or connection.",
        );
    }
    if (id.length > SECRET_ID_LIMIT) {
        throw new Error(
            `"${key}" cannot be a key in Google Cloud Secret Manager: with its prefix it has ${id.length} ` +
                `characters, and the id of a secret has ${SECRET_ID_LIMIT} at most.`,
        );
    }
    return id;
}

/**
 * The condition under which the account has its role: the secret's id begins with one of the two prefixes. IAM knows
 * a project by its number there, and what is read is a version of the secret.
 */
export function gcpCondition(scope: GcpScope, projectNumber: string): string {
    const names = namePrefixes(flatPrefixes(scope)).map(
        (prefix) => `resource.name.startsWith("projects/${projectNumber}/secrets/${prefix}")`,
    );
    return `resource.type == "secretmanager.googleapis.com/SecretVersion" && (${names.join(" || ")})`;
}

/** The backend's keyword arguments. `Key` is the content of the account's JSON key, or a Pulumi Output of it. */
export function gcpKwargs<Key>(scope: GcpScope, project: string, key: Key) {
    const { variables, connections } = flatPrefixes(scope);
    return {
        connections_prefix: connections,
        variables_prefix: variables,
        // Without it Airflow would also look for its own configuration, in calls that are paid for.
        config_prefix: null,
        sep: scope.sep,
        project_id: project,
        gcp_keyfile_dict: key,
    };
}
