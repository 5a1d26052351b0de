import { namePrefixes, prefixesOf, type Prefixes, type Scope } from "../../airflow/scope";
import { markLines, type Marks } from "../marks";
import { COMMENT } from "./marks";

/** Settings of Airflow's backend for HashiCorp Vault: `airflow.providers.hashicorp.secrets.vault.VaultBackend`. */

export const vaultBackendClass = "airflow.providers.hashicorp.secrets.vault.VaultBackend";

/** 2.1.0 is the first version that reads a connection from its fields. Older versions only read `conn_uri`. */
export const vaultRequirement = "apache-airflow-providers-hashicorp>=2.1.0";

/** What a Deployment may read. The policy, the kwargs and the names of the test secrets are all built from it. */
export interface VaultScope extends Scope {
    /** Path of the KV mount, without slashes around it, e.g. `secret`. */
    readonly mount: string;
    readonly kvVersion: 1 | 2;
}

/** Returns the prefixes of the paths below the mount, as they are in Airflow's kwargs. */
export function vaultPrefixes(scope: Scope): Prefixes {
    return prefixesOf(scope, "/", (kind) => (scope.scope === undefined ? kind : `${scope.scope}/${kind}`));
}

/** Returns how the API paths begin at which the Deployment may read. KV v2 has the values below `data/`. */
export function vaultSecretPaths(scope: VaultScope): string[] {
    const root = scope.kvVersion === 2 ? `${scope.mount}/data` : scope.mount;
    return namePrefixes(vaultPrefixes(scope)).map((prefix) => `${root}/${prefix}`);
}

/**
 * Returns the policy of a Deployment's AppRole: only `read`, below its paths. It does not grant `list`: Airflow never
 * lists, and on KV v2 `list` would only have an effect on `metadata/` (docs/vault.md). Its comments say whose it is: a
 * policy has no other field for that.
 */
export function vaultPolicy(scope: VaultScope, marks: Marks): string {
    const rules = vaultSecretPaths(scope).map((path) => `path "${path}*" {\n  capabilities = ["read"]\n}\n`);
    const comments = markLines(marks, COMMENT)
        .map((line) => `${line}\n`)
        .join("");
    return [comments, ...rules].join("\n");
}

/** A Vault server and an AppRole login to it. `Text` is a string or a Pulumi Output of a string. */
export interface VaultLogin<Text> {
    /** The URL that Airflow calls. */
    readonly address: string;
    /** Path of the file with the CA's certificate in the image of Airflow. Default: the CAs that Airflow trusts. */
    readonly caFile?: string | undefined;
    readonly namespace?: string | undefined;
    readonly approleMount: string;
    readonly roleId: Text;
    readonly secretId: Text;
}

/** Returns the backend's keyword arguments. They are set as JSON in `AIRFLOW__SECRETS__BACKEND_KWARGS`. */
export function vaultKwargs<Text>(scope: VaultScope, login: VaultLogin<Text>) {
    const { variables, connections, config } = vaultPrefixes(scope);
    return {
        connections_path: connections ?? null,
        variables_path: variables ?? null,
        // With a path Airflow also looks for its own configuration in Vault, at every start.
        config_path: config ?? null,
        url: login.address,
        ...(login.caFile === undefined ? {} : { verify: login.caFile }),
        ...(login.namespace === undefined ? {} : { namespace: login.namespace }),
        mount_point: scope.mount,
        kv_engine_version: scope.kvVersion,
        auth_type: "approle",
        auth_mount_point: login.approleMount,
        role_id: login.roleId,
        secret_id: login.secretId,
    };
}
