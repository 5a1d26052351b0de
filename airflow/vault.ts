/** What Airflow wants to know of HashiCorp Vault: `airflow.providers.hashicorp.secrets.vault.VaultBackend`. */

export const vaultBackendClass = "airflow.providers.hashicorp.secrets.vault.VaultBackend";

/** What a Deployment may read: one value gives the policy, the kwargs and the names of the test secrets. */
export interface VaultScope {
    /** Path of the KV mount, without slashes around it, e.g. `secret`. */
    readonly mount: string;
    readonly kvVersion: 1 | 2;
    /** Goes before `variables` and `connections`; without it the paths are the guide's. */
    readonly scope?: string | undefined;
}

/** Paths below the mount, as Airflow's kwargs name them. */
export function vaultPaths({ scope }: VaultScope): { variables: string; connections: string } {
    const below = scope === undefined ? "" : `${scope}/`;
    return { variables: `${below}variables`, connections: `${below}connections` };
}

/** The API paths that hold the scope's secrets: KV v2 keeps values below `data/`. */
export function vaultSecretPaths(scope: VaultScope): { variables: string; connections: string } {
    const { variables, connections } = vaultPaths(scope);
    const root = scope.kvVersion === 2 ? `${scope.mount}/data` : scope.mount;
    return { variables: `${root}/${variables}`, connections: `${root}/${connections}` };
}
