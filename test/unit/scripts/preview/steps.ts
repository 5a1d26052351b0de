import type { Step } from "../../../../scripts/preview/events";

/** Builds minimal steps of the engine for tests. */

export const VAULT_BACKEND = "airflow-secrets-backends:index:VaultBackend";
export const SECRET_ID = "vault:appRole/authBackendRoleSecretId:AuthBackendRoleSecretId";
export const ROLE = "vault:appRole/authBackendRole:AuthBackendRole";
export const POLICY = "vault:index/policy:Policy";

/** Hashes of two identities. */
export const HASH = "0a1b2c3d";
export const OTHER = "ffffffff";

const stack = "urn:pulumi:dev::airflow-secrets-backends";
export const root = `${stack}::pulumi:pulumi:Stack::airflow-secrets-backends-dev`;

/** Returns the step of a component, which is named after its Deployment. */
export function component(op: string, deployment: string, type = VAULT_BACKEND): Step {
    const urn = `${stack}::${type}::${deployment}`;
    return { op, urn, type, parent: root, custom: false, properties: [] };
}

export interface ResourceOptions extends Pick<Partial<Step>, "old" | "new" | "properties"> {
    /** The hash in its logical name. */
    readonly hash?: string;
    /** Its logical name, if that has no hash. */
    readonly name?: string;
}

/** Returns the step of a resource that a provider manages, with a Deployment's component as its parent. */
export function resource(
    op: string,
    type: string,
    deployment: string,
    role: string,
    { hash = HASH, name = `${deployment}.${hash}.${role}`, ...more }: ResourceOptions = {},
    parent = VAULT_BACKEND,
): Step {
    return {
        op,
        urn: `${stack}::${parent}$${type}::${name}`,
        type,
        parent: `${stack}::${parent}::${deployment}`,
        custom: true,
        properties: [],
        ...more,
    };
}

/** Returns the step of the record that says which identity's credential a Deployment's env vars hold. */
export function movedRecord(deployment: string, from: string, to: string): Step {
    const type = "pulumi:index:Stash";
    const record = (identity: string) => ({
        input: { identity, generation: 1, step: 1, since: "2026-12-01T18:00:00.000Z", left: [] },
    });
    const urn = `${stack}::${type}::${deployment}.moved`;
    const op = from === to ? "same" : "update";
    return { op, urn, type, parent: root, custom: true, properties: ["input"], old: record(from), new: record(to) };
}
