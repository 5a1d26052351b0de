import { componentType } from "../../../../components/componentType";
import type { ExportedState } from "../../../../scripts/teardown/state";

type Resource = NonNullable<ExportedState["deployment"]["resources"]>[number];

/** Returns a resource of an exported state, below a component. */
export function exported(component: string, type: string, name: string, rest: Partial<Resource>): Resource {
    const parent = component === "" ? "" : `${componentType(component)}$`;
    return { urn: `urn:pulumi:dev::airflow-secrets-backends::${parent}${type}::${name}`, type, custom: true, ...rest };
}

export const role = (hash = "1a2b3c4d"): Resource =>
    exported("VaultBackend", "vault:appRole/authBackendRole:AuthBackendRole", `solar.${hash}.role`, {
        id: `auth/approle/role/airflow.dev.solar.${hash}`,
        outputs: { roleName: `airflow.dev.solar.${hash}`, roleId: "role-id" },
    });

export const secretId = (generation: number, accessor: string): Resource =>
    exported(
        "VaultBackend",
        "vault:appRole/authBackendRoleSecretId:AuthBackendRoleSecretId",
        `solar.1a2b3c4d.secret-id.${generation}`,
        { id: `backend=approle::role=airflow.dev.solar.1a2b3c4d::accessor=${accessor}`, outputs: { accessor } },
    );

export function stateOf(resources: readonly Resource[], pending: readonly [type: string, Resource][] = []) {
    const pending_operations = pending.map(([type, resource]) => ({ type, resource }));
    return { version: 3, deployment: { resources, pending_operations } } satisfies ExportedState;
}
