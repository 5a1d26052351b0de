/** Settings of Airflow's backend for HashiCorp Vault: `airflow.providers.hashicorp.secrets.vault.VaultBackend`. */

export const vaultBackendClass = "airflow.providers.hashicorp.secrets.vault.VaultBackend";

/** 2.1.0 is the first version that reads a connection from its fields. Older versions only read `conn_uri`. */
export const vaultRequirement = "apache-airflow-providers-hashicorp>=2.1.0";

/** What a Deployment may read. The policy, the kwargs and the names of the test secrets are all built from it. */
export interface VaultScope {
    /** Path of the KV mount, without slashes around it, e.g. `secret`. */
    readonly mount: string;
    readonly kvVersion: 1 | 2;
    /** Path segment before `variables` and `connections`. Default: none, as in Astronomer's guide. */
    readonly scope?: string | undefined;
    /** Path below the mount where Airflow looks for options of its own configuration. Default: it does not. */
    readonly configPath?: string | undefined;
}

interface Paths {
    readonly variables: string;
    readonly connections: string;
}

/** Returns the paths below the mount, as they are in Airflow's kwargs. */
export function vaultPaths({ scope }: Pick<VaultScope, "scope">): Paths {
    const prefix = scope === undefined ? "" : `${scope}/`;
    return { variables: `${prefix}variables`, connections: `${prefix}connections` };
}

/** Returns the API paths of the scope's secrets. KV v2 has the values below `data/`. */
export function vaultSecretPaths(scope: VaultScope): Paths {
    const { variables, connections } = vaultPaths(scope);
    const root = vaultRoot(scope);
    return { variables: `${root}/${variables}`, connections: `${root}/${connections}` };
}

function vaultRoot({ mount, kvVersion }: VaultScope): string {
    return kvVersion === 2 ? `${mount}/data` : mount;
}

/**
 * Returns the policy of a Deployment's AppRole: only `read`, below its paths. It does not grant `list`: Airflow
 * never lists, and on KV v2 `list` would only have an effect on `metadata/` (docs/vault.md).
 */
export function vaultPolicy(scope: VaultScope): string {
    const { variables, connections } = vaultSecretPaths(scope);
    const config = scope.configPath === undefined ? [] : [`${vaultRoot(scope)}/${scope.configPath}`];
    return [variables, connections, ...config]
        .map((path) => `path "${path}/*" {\n  capabilities = ["read"]\n}\n`)
        .join("\n");
}

/** A Vault server and an AppRole login to it. `Text` is a string or a Pulumi Output of a string. */
export interface VaultLogin<Text> {
    /** The URL that Airflow calls. */
    readonly address: string;
    readonly namespace?: string | undefined;
    readonly approleMount: string;
    readonly roleId: Text;
    readonly secretId: Text;
}

/** Returns the backend's keyword arguments. They are set as JSON in `AIRFLOW__SECRETS__BACKEND_KWARGS`. */
export function vaultKwargs<Text>(scope: VaultScope, login: VaultLogin<Text>) {
    const { variables, connections } = vaultPaths(scope);
    return {
        connections_path: connections,
        variables_path: variables,
        // With a path Airflow also looks for its own configuration in Vault, at every start.
        config_path: scope.configPath ?? null,
        url: login.address,
        ...(login.namespace === undefined ? {} : { namespace: login.namespace }),
        mount_point: scope.mount,
        kv_engine_version: scope.kvVersion,
        auth_type: "approle",
        auth_mount_point: login.approleMount,
        role_id: login.roleId,
        secret_id: login.secretId,
    };
}
