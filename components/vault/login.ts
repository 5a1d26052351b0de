import { deploymentsTitle } from "../names";
import { textField } from "../probe";
import { isStatus, type VaultClient } from "./rest";

/** Env vars that Vault's provider puts before, or in place of, the namespace of each resource. */
const NAMESPACE_VARIABLES = ["VAULT_NAMESPACE", "TERRAFORM_VAULT_NAMESPACE_IMPORT"];

/** Keys of Pulumi's config for Vault's provider that decide where it is logged in. */
export const LOGIN_KEYS = ["address", "token", "namespace"];

type Env = Readonly<Record<string, string | undefined>>;

/**
 * Finds settings with which Vault's provider would work in another place than this program and Airflow.
 *
 * @param providerKeys those of `LOGIN_KEYS` that are in the stack's config
 * @returns sentences without a full stop
 */
export function findLoginProblems(env: Env, providerKeys: readonly string[]): string[] {
    return [
        ...NAMESPACE_VARIABLES.filter((name) => (env[name] ?? "") !== "").map(
            (name) =>
                `${name} is set to "${env[name] ?? ""}", and Vault's provider would put it before the namespace of each ` +
                `resource. Unset it (unset ${name}), and write namespace in the backends that have one`,
        ),
        ...providerKeys.map(
            (key) =>
                `vault:${key} is in the stack's config, but the login to Vault comes from the environment only. Remove it ` +
                (key === "namespace"
                    ? "(pulumi config rm vault:namespace), and write namespace in the backends that have one"
                    : `(pulumi config rm vault:${key}), and set VAULT_${key === "token" ? "TOKEN" : "ADDR"}`),
        ),
    ];
}

/**
 * Finds out whether Vault accepts the token, and whether it belongs to a namespace (Vault Enterprise): Vault's provider
 * would put that before the namespace of each resource, too.
 *
 * @returns sentences without a full stop
 */
export async function findTokenProblems(
    deployments: readonly { readonly name: string; readonly backend: { readonly namespace?: string | undefined } }[],
    env: Env,
    call: VaultClient,
): Promise<string[]> {
    let token: Awaited<ReturnType<VaultClient>>;
    try {
        token = await call({ method: "GET", path: "auth/token/lookup-self", namespace: undefined });
    } catch (error) {
        if (isStatus(error, 403)) {
            return [
                `Vault does not accept the token of this shell (${error.message}). It has expired or was revoked, belongs ` +
                    "to another Vault, or lacks Vault's default policy. Log in again, and set VAULT_TOKEN",
            ];
        }
        throw error;
    }
    const namespace = textField(token, "namespace_path")?.replace(/\/$/, "") ?? "";
    if (namespace === "") {
        return [];
    }
    const outside = deployments.filter(({ backend }) => backend.namespace === undefined).map(({ name }) => name);
    return [
        ...(env.VAULT_SET_NAMESPACE_FROM_TOKEN === "false"
            ? []
            : [
                  `The token of this shell belongs to the namespace "${namespace}", and Vault's provider would put that ` +
                      "before the namespace of each resource. Set VAULT_SET_NAMESPACE_FROM_TOKEN=false",
              ]),
        ...(outside.length === 0
            ? []
            : [
                  `${deploymentsTitle(outside)}: its backend has no namespace, but the token of this shell belongs to ` +
                      `the namespace "${namespace}". Write namespace: ${namespace}, or use a token of the root namespace`,
              ]),
    ];
}
