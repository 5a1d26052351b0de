/** What Airflow wants to know of HashiCorp Vault: `airflow.providers.hashicorp.secrets.vault.VaultBackend`. */

export const vaultBackendClass = "airflow.providers.hashicorp.secrets.vault.VaultBackend";

/** 2.1.0 is the first that reads a connection from its fields; before it, only `conn_uri` was understood. */
export const vaultRequirement = "apache-airflow-providers-hashicorp>=2.1.0";

/** What a Deployment may read: one value gives the policy, the kwargs and the names of the test secrets. */
export interface VaultScope {
    /** Path of the KV mount, without slashes around it, e.g. `secret`. */
    readonly mount: string;
    readonly kvVersion: 1 | 2;
    /** Goes before `variables` and `connections`; without it the paths are the guide's. */
    readonly scope?: string | undefined;
}

interface Paths {
    readonly variables: string;
    readonly connections: string;
}

/** Paths below the mount, as Airflow's kwargs name them. */
export function vaultPaths({ scope }: Pick<VaultScope, "scope">): Paths {
    const below = scope === undefined ? "" : `${scope}/`;
    return { variables: `${below}variables`, connections: `${below}connections` };
}

/** The API paths that hold the scope's secrets: KV v2 keeps values below `data/`. */
export function vaultSecretPaths(scope: VaultScope): Paths {
    const { variables, connections } = vaultPaths(scope);
    const root = scope.kvVersion === 2 ? `${scope.mount}/data` : scope.mount;
    return { variables: `${root}/${variables}`, connections: `${root}/${connections}` };
}

/**
 * The policy a Deployment's AppRole gets: `read` below its two paths and nothing else. `list` is left out: Airflow
 * never lists, and on KV v2 it would have to be granted on `metadata/` to do anything (docs/vault.md).
 */
export function vaultPolicy(scope: VaultScope): string {
    const { variables, connections } = vaultSecretPaths(scope);
    return [variables, connections].map((path) => `path "${path}/*" {\n  capabilities = ["read"]\n}\n`).join("\n");
}

/** A Vault server and the AppRole login to it. `Text` is a string, or a Pulumi Output of one. */
export interface VaultLogin<Text> {
    /** The URL that Airflow calls. */
    readonly address: string;
    readonly namespace?: string | undefined;
    readonly approleMount: string;
    readonly roleId: Text;
    readonly secretId: Text;
}

/** The backend's keyword arguments, which go into `AIRFLOW__SECRETS__BACKEND_KWARGS` as JSON. */
export function vaultKwargs<Text>(scope: VaultScope, login: VaultLogin<Text>) {
    const { variables, connections } = vaultPaths(scope);
    return {
        connections_path: connections,
        variables_path: variables,
        // Without it Airflow would also look for its own configuration in Vault, at every start.
        config_path: null,
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
