import type { Caller } from "./entra";
import { AzureError } from "./errors";
import type { AzureStore } from "./state";

interface Role {
    readonly name: string;
    readonly actions: readonly string[];
    readonly notActions?: readonly string[];
    readonly dataActions: readonly string[];
}

/** Built-in roles, by id: https://learn.microsoft.com/azure/role-based-access-control/built-in-roles */
export const roles: Readonly<Record<string, Role>> = {
    "f25e0fa2-a7cd-4377-a976-54943a77a395": {
        name: "Key Vault Contributor",
        actions: [
            "Microsoft.Authorization/*/read",
            "Microsoft.KeyVault/*",
            "Microsoft.Resources/subscriptions/resourceGroups/read",
        ],
        notActions: ["Microsoft.KeyVault/locations/deletedVaults/purge/action"],
        dataActions: [],
    },
    "21090545-7ca7-4776-b22c-e363652d74d2": {
        name: "Key Vault Reader",
        actions: [
            "Microsoft.Authorization/*/read",
            "Microsoft.KeyVault/deletedVaults/read",
            "Microsoft.KeyVault/locations/*/read",
            "Microsoft.KeyVault/vaults/*/read",
            "Microsoft.Resources/subscriptions/resourceGroups/read",
        ],
        dataActions: ["Microsoft.KeyVault/vaults/*/read", "Microsoft.KeyVault/vaults/secrets/readMetadata/action"],
    },
    "a68e7c17-0ab2-4c09-9a58-125dae29748c": {
        name: "Key Vault Purge Operator",
        actions: [
            "Microsoft.Authorization/*/read",
            "Microsoft.KeyVault/deletedVaults/read",
            "Microsoft.KeyVault/locations/deletedVaults/read",
            "Microsoft.KeyVault/locations/deletedVaults/purge/action",
            "Microsoft.KeyVault/locations/operationResults/read",
            "Microsoft.Resources/subscriptions/resourceGroups/read",
        ],
        dataActions: [],
    },
    "b86a8fe4-44ce-4948-aee5-eccb2c155cd7": {
        name: "Key Vault Secrets Officer",
        actions: [
            "Microsoft.Authorization/*/read",
            "Microsoft.KeyVault/deletedVaults/read",
            "Microsoft.KeyVault/locations/*/read",
        ],
        dataActions: ["Microsoft.KeyVault/vaults/secrets/*"],
    },
    "4633458b-17de-408a-b874-0445c86b69e6": {
        name: "Key Vault Secrets User",
        actions: [],
        dataActions: [
            "Microsoft.KeyVault/vaults/secrets/getSecret/action",
            "Microsoft.KeyVault/vaults/secrets/readMetadata/action",
        ],
    },
    "f58310d9-a9f6-439a-9e8d-f62e7b41a168": {
        name: "Role Based Access Control Administrator",
        actions: [
            "Microsoft.Authorization/roleAssignments/write",
            "Microsoft.Authorization/roleAssignments/delete",
            "*/read",
        ],
        dataActions: [],
    },
};

/** Returns whether a role that is assigned at the scope or above it allows the caller this action. */
export function isAllowed(
    { state }: AzureStore,
    caller: Caller,
    kind: "actions" | "dataActions",
    action: string,
    scope: string,
): boolean {
    return Object.values(state.roleAssignments).some((assignment) => {
        const role = roles[assignment.roleDefinitionId.split("/").at(-1) ?? ""];
        const applies = assignment.principalId === caller.objectId && covers(assignment.scope, scope);
        return (
            applies &&
            role?.[kind].some((pattern) => matches(pattern, action)) === true &&
            (kind === "dataActions" || role.notActions?.some((pattern) => matches(pattern, action)) !== true)
        );
    });
}

/** @throws AzureError AuthorizationFailed, with Resource Manager's own message, if no role allows the action */
export function authorize(store: AzureStore, caller: Caller, action: string, scope: string): void {
    if (!isAllowed(store, caller, "actions", action, scope)) {
        throw new AzureError(
            403,
            "AuthorizationFailed",
            `The client '${caller.appId}' with object id '${caller.objectId}' does not have authorization to perform ` +
                `action '${action}' over scope '${scope}' or the scope is invalid. If access was recently granted, please ` +
                "refresh your credentials.",
        );
    }
}

/** Returns whether `outer` is the same scope as `inner` or above it. */
export function covers(outer: string, inner: string): boolean {
    return `${inner.toLowerCase()}/`.startsWith(`${outer.toLowerCase().replace(/\/$/, "")}/`);
}

/** Returns whether an action matches a pattern. `*` matches anything, slashes included. */
function matches(pattern: string, action: string): boolean {
    const source = pattern
        .split("*")
        .map((part) => part.replace(/[.\\/]/g, "\\$&"))
        .join(".*");
    return new RegExp(`^${source}$`, "i").test(action);
}
