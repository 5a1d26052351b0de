import * as pulumi from "@pulumi/pulumi";
import { getAuthBackendRoleId, type GetAuthBackendRoleIdResult } from "@pulumi/vault/approle/getAuthBackendRoleId";
import { isRefusal, type ApproleMount } from "./approleMounts";
import { serviceName } from "../names";

export interface ApproleRole extends ApproleMount {
    /** Name of the Deployment. */
    readonly deployment: string;
}

/**
 * Ids of the AppRoles that Vault has already, by Deployment. One that the state does not know is left of an `up` that was
 * cut off: Vault refuses to have it created again, so it is imported. To import one that the state knows means nothing.
 */
export async function findRoles(wanted: readonly ApproleRole[]): Promise<ReadonlyMap<string, string>> {
    const found = await Promise.all(
        wanted.map(async ({ deployment, approleMount, namespace }) => {
            const roleName = serviceName(pulumi.getStack(), deployment);
            const path = `auth/${approleMount}/role/${roleName}`;
            return (await isThere(path, { backend: approleMount, roleName, namespace })) ? { deployment, path } : [];
        }),
    );
    return new Map(found.flat().map(({ deployment, path }) => [deployment, path]));
}

async function isThere(
    path: string,
    { namespace, ...role }: { backend: string; roleName: string; namespace: string | undefined },
): Promise<boolean> {
    try {
        // The provider says nothing of one that is not there, whatever the type says.
        const found: Partial<GetAuthBackendRoleIdResult> = await getAuthBackendRoleId({
            ...role,
            ...(namespace === undefined ? {} : { namespace }),
        });
        return found.roleId !== undefined;
    } catch (error) {
        if (isRefusal(error)) {
            throw new pulumi.RunError(
                `Vault does not let this token read ${path}/role-id. docs/vault.md has the policy that it takes.`,
            );
        }
        throw error;
    }
}
