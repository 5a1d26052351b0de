import type { Caller } from "./entra";
import { AzureError } from "./errors";
import { isAllowed } from "./roles";
import type { AzureStore, Vault } from "./state";
import { vaultId } from "./vaults";

/** Operations on a secret: the permission in an access policy, and the action in a role. */
const secretOperations = {
    get: "getSecret/action",
    set: "setSecret/action",
    delete: "delete",
    list: "readMetadata/action",
    recover: "recover/action",
    purge: "purge/action",
} as const;

export type Operation = keyof typeof secretOperations;

/** An operation on an object in a vault. */
export interface Access {
    readonly kind: "secrets" | "keys" | "certificates";
    readonly operation: Operation;
    /** Empty for all objects of the kind. */
    readonly name: string;
}

/**
 * Checks a permission by roles or by access policies: a vault uses one of the two.
 *
 * @throws AzureError Forbidden, with Key Vault's own message
 */
export function authorizeInVault(store: AzureStore, caller: Caller, vault: Vault, access: Access): void {
    const who = `appid=${caller.appId};oid=${caller.objectId};iss=${caller.issuer}`;
    const where = `${vault.name};location=${vault.location}`;
    if (vault.rbac) {
        authorizeByRole(store, caller, vault, access, { who, where });
    } else {
        authorizeByPolicy(store, caller, vault, access, { who, where });
    }
}

/** Parts of the error message. */
interface MessageParts {
    readonly who: string;
    readonly where: string;
}

function authorizeByRole(
    store: AzureStore,
    caller: Caller,
    vault: Vault,
    { kind, operation, name }: Access,
    { who, where }: MessageParts,
): void {
    const action = `Microsoft.KeyVault/vaults/${kind}/${kind === "secrets" ? secretOperations[operation] : "read"}`;
    const resource = `${vaultId(store, vault)}${name === "" ? "" : `/${kind}/${name}`}`;
    if (!isAllowed(store, caller, "dataActions", action, resource)) {
        throw new AzureError(
            403,
            "Forbidden",
            "Caller is not authorized to perform action on resource.\r\nIf role assignments, deny assignments or role " +
                `definitions were changed recently, please observe propagation time.\r\nCaller: ${who}\r\n` +
                `Action: '${action}'\r\nResource: '${resource}'\r\nAssignment: (not found)\r\n` +
                `DenyAssignmentId: null\r\nDecisionReason: null \r\nVault: ${where}\r\n`,
            { inner: "ForbiddenByRbac" },
        );
    }
}

function authorizeByPolicy(
    store: AzureStore,
    caller: Caller,
    vault: Vault,
    { kind, operation }: Access,
    { who, where }: MessageParts,
): void {
    const isGranted = vault.accessPolicies.some(
        ({ objectId, tenantId, permissions }) =>
            objectId === caller.objectId &&
            tenantId === store.state.tenantId &&
            permissions[kind]?.some((each) => ["all", operation].includes(each.toLowerCase())) === true,
    );
    if (!isGranted) {
        throw new AzureError(
            403,
            "Forbidden",
            `The user, group or application '${who}' does not have ${kind} ${operation} permission on key vault ` +
                `'${where}'. For help resolving this issue, please see https://go.microsoft.com/fwlink/?linkid=2125287`,
            { inner: "ForbiddenByPolicy" },
        );
    }
}
