import { namePrefixes, prefixesOf, type Prefixes, type Scope } from "../../airflow/scope";
import { markLines, type Marks } from "../marks";
import type { KeylessLoginName } from "./logins";
import { COMMENT } from "./marks";

/** Settings of Airflow's backend for HashiCorp Vault: `airflow.providers.hashicorp.secrets.vault.VaultBackend`. */

export const vaultBackendClass = "airflow.providers.hashicorp.secrets.vault.VaultBackend";

/**
 * The oldest version of the provider that works with each login. 2.1.0 is the first version that reads a connection from
 * its fields; older versions only read `conn_uri`. Before 3.1.0, the login `kubernetes` calls a method that is gone from
 * every `hvac` since 1.0. 4.5.0 is the first version with the login `jwt`.
 */
const oldestVersions = { approle: "2.1.0", kubernetes: "3.1.0", jwt: "4.5.0" } as const;

/** Returns the provider and the oldest version that works with a login, as a line of requirements.txt. */
export function vaultRequirement(login: keyof typeof oldestVersions): string {
    return `apache-airflow-providers-hashicorp>=${oldestVersions[login]}`;
}

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
 * Returns the policy of a Deployment's role: only `read`, below its paths. It does not grant `list`: Airflow never
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

/** A Vault server and where Airflow logs in to it. */
export interface VaultServer {
    /** The URL that Airflow calls. */
    readonly address: string;
    /** Path of the file with the CA's certificate in the image of Airflow. Default: the CAs that Airflow trusts. */
    readonly caFile?: string | undefined;
    readonly namespace?: string | undefined;
    /** Path of the auth method. */
    readonly authMount: string;
}

/** The keyword arguments of a login with an AppRole. `Text` is a string or a Pulumi Output of a string. */
export function approleKwargs<Text>(roleId: Text, secretId: Text) {
    return { auth_type: "approle", role_id: roleId, secret_id: secretId } as const;
}

/**
 * The keyword arguments of a login with the token of the pods.
 *
 * @param tokenFile path of the token in the pods
 */
export function podKwargs<Text>(login: KeylessLoginName, role: Text, tokenFile: string) {
    return login === "kubernetes"
        ? ({ auth_type: "kubernetes", kubernetes_role: role, kubernetes_jwt_path: tokenFile } as const)
        : ({ auth_type: "jwt", jwt_role: role, jwt_token_path: tokenFile } as const);
}

/**
 * Returns the backend's keyword arguments. They are set as JSON in `AIRFLOW__SECRETS__BACKEND_KWARGS`.
 *
 * @param login those of the login
 */
export function vaultKwargs<Login extends object>(scope: VaultScope, server: VaultServer, login: Login) {
    const { variables, connections, config } = vaultPrefixes(scope);
    return {
        connections_path: connections ?? null,
        variables_path: variables ?? null,
        // With a path Airflow also looks for its own configuration in Vault, at every start.
        config_path: config ?? null,
        url: server.address,
        ...(server.caFile === undefined ? {} : { verify: server.caFile }),
        ...(server.namespace === undefined ? {} : { namespace: server.namespace }),
        mount_point: scope.mount,
        kv_engine_version: scope.kvVersion,
        auth_mount_point: server.authMount,
        ...login,
    };
}
