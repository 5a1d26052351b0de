import type { Step } from "../../../../scripts/preview/events";

/** Builds minimal steps of the engine for tests. */

export const VAULT_BACKEND = "airflow-secrets-backends:index:VaultBackend";
export const SECRET_ID = "vault:appRole/authBackendRoleSecretId:AuthBackendRoleSecretId";
export const ROLE = "vault:appRole/authBackendRole:AuthBackendRole";
export const POLICY = "vault:index/policy:Policy";

const stack = "urn:pulumi:dev::airflow-secrets-backends";
export const root = `${stack}::pulumi:pulumi:Stack::airflow-secrets-backends-dev`;

/** Returns the step of a component, which is named after its Deployment. */
export function component(op: string, deployment: string, type = VAULT_BACKEND): Step {
    const urn = `${stack}::${type}::${deployment}`;
    return { op, urn, type, parent: root, custom: false, properties: [] };
}

/** Returns the step of a resource that a provider manages, with a Deployment's component as its parent. */
export function resource(
    op: string,
    type: string,
    deployment: string,
    role: string,
    more: Pick<Partial<Step>, "old" | "new" | "properties"> = {},
    parent = VAULT_BACKEND,
): Step {
    return {
        op,
        urn: `${stack}::${parent}$${type}::${deployment}-${role}`,
        type,
        parent: `${stack}::${parent}::${deployment}`,
        custom: true,
        properties: [],
        ...more,
    };
}
