import * as pulumi from "@pulumi/pulumi";
import { getAuthBackendRoleId, type GetAuthBackendRoleIdResult } from "@pulumi/vault/approle/getAuthBackendRoleId";
import { isPermissionDenied, type ApproleMount } from "./approleMounts";
import { serviceName } from "../names";
import type { Current } from "../owner";

export interface ApproleRole extends ApproleMount {
    /** Name of the Deployment. */
    readonly deployment: string;
    readonly current: Current;
}

/**
 * Returns the ids of the existing AppRoles, by Deployment. An existing AppRole that is not in the state was created by
 * an interrupted `up`. Vault does not create it again, so it is imported. For an AppRole in the state, the import
 * option has no effect.
 */
export async function findRoles(wanted: readonly ApproleRole[]): Promise<ReadonlyMap<string, string>> {
    const found = await Promise.all(
        wanted.map(async ({ deployment, current, approleMount, namespace }) => {
            const roleName = serviceName(current.owner, current.identity);
            const path = `auth/${approleMount}/role/${roleName}`;
            return (await roleExists(path, { backend: approleMount, roleName, namespace })) ? { deployment, path } : [];
        }),
    );
    return new Map(found.flat().map(({ deployment, path }) => [deployment, path]));
}

async function roleExists(
    path: string,
    { namespace, ...role }: { backend: string; roleName: string; namespace: string | undefined },
): Promise<boolean> {
    try {
        // Despite its type, the provider's result is empty if the AppRole does not exist.
        const found: Partial<GetAuthBackendRoleIdResult> = await getAuthBackendRoleId({
            ...role,
            ...(namespace === undefined ? {} : { namespace }),
        });
        return found.roleId !== undefined;
    } catch (error) {
        if (isPermissionDenied(error)) {
            throw new pulumi.RunError(
                `Vault does not let this token read ${path}/role-id. docs/vault.md has the required policy.`,
            );
        }
        throw error;
    }
}
