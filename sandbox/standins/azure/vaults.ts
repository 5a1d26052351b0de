import type { Reply } from "../jsonServer";
import type { Caller } from "./entra";
import { AzureError } from "./errors";
import type { RoleAssignments } from "./roleAssignments";
import { authorize } from "./roles";
import type { AccessPolicy, AzureStore, Vault } from "./state";

const TYPE = "Microsoft.KeyVault/vaults";
export const RETENTION_DAYS = 90;
/** Number of reads for which a new vault is not ready yet. */
const POLLS = 1;

interface Body {
    readonly location?: string;
    readonly tags?: Readonly<Record<string, string>>;
    readonly properties?: {
        readonly tenantId?: string;
        readonly sku?: { readonly family: string; readonly name: string };
        readonly createMode?: string;
        readonly accessPolicies?: AccessPolicy[];
        readonly enableRbacAuthorization?: boolean;
        readonly enablePurgeProtection?: boolean;
    };
}

export function vaultId({ state }: AzureStore, { name, resourceGroup }: Vault): string {
    return `/subscriptions/${state.subscriptionId}/resourceGroups/${resourceGroup}/providers/${TYPE}/${name}`;
}

/** Key Vaults in Azure Resource Manager: creation, soft delete, recovery, access policies. */
export class Vaults {
    constructor(
        private readonly store: AzureStore,
        private readonly assignments: RoleAssignments,
    ) {}

    put(
        caller: Caller,
        resourceGroup: string,
        name: string,
        { location = "", tags = {}, properties = {} }: Body,
    ): Reply {
        const { state } = this.store;
        const scope = this.scope(resourceGroup);
        authorize(this.store, caller, `${TYPE}/write`, `${scope}/providers/${TYPE}/${name}`);
        if (!/^[A-Za-z](?!.*--)[A-Za-z0-9-]{1,22}[A-Za-z0-9]$/.test(name)) {
            throw new AzureError(400, "VaultNameNotValid", `The vault name '${name}' is invalid.`);
        }
        const existing = state.vaults[name.toLowerCase()];
        if (existing !== undefined && existing.resourceGroup.toLowerCase() !== resourceGroup.toLowerCase()) {
            throw new AzureError(409, "VaultAlreadyExists", `The vault name '${name}' is already in use.`);
        }
        if (existing?.deleted !== undefined) {
            return this.recover(existing, properties.createMode);
        }
        if (properties.createMode === "recover" && existing === undefined) {
            throw new AzureError(404, "DeletedVaultNotFound", `There is no deleted vault '${name}' to recover.`);
        }
        const { tenantId, sku, accessPolicies, enableRbacAuthorization: rbac = false } = properties;
        if (tenantId !== state.tenantId || sku === undefined || accessPolicies === undefined || location === "") {
            throw new AzureError(
                400,
                "BadRequest",
                "tenantId, sku, accessPolicies and location are needed, and the tenant is to be the subscription's.",
            );
        }
        if (existing !== undefined && existing.rbac !== rbac) {
            authorize(
                this.store,
                caller,
                "Microsoft.Authorization/roleAssignments/write",
                vaultId(this.store, existing),
            );
        }
        const vault: Vault = existing ?? {
            name,
            resourceGroup,
            location,
            tags,
            rbac,
            purgeProtection: false,
            pending: POLLS,
            accessPolicies,
            secrets: {},
        };
        Object.assign(vault, {
            tags,
            rbac,
            accessPolicies,
            purgeProtection: vault.purgeProtection || properties.enablePurgeProtection === true,
        });
        state.vaults[name.toLowerCase()] = vault;
        this.store.save();
        return { status: existing === undefined ? 201 : 200, body: this.show(vault) };
    }

    /** Recovers a deleted vault with its content. */
    private recover(vault: Vault, createMode: string | undefined): Reply {
        if (createMode !== "recover") {
            throw new AzureError(
                409,
                "ConflictError",
                "A vault with the same name already exists in deleted state. You need to either recover or purge existing " +
                    "key vault. Follow this link https://go.microsoft.com/fwlink/?linkid=2149745 for more information on soft delete.",
            );
        }
        Reflect.deleteProperty(vault, "deleted");
        vault.pending = POLLS;
        this.store.save();
        return { status: 200, body: this.show(vault) };
    }

    get(caller: Caller, resourceGroup: string, name: string): object {
        const vault = this.find(resourceGroup, name);
        authorize(this.store, caller, `${TYPE}/read`, vaultId(this.store, vault));
        const shown = this.show(vault);
        vault.pending = Math.max(0, vault.pending - 1);
        this.store.save();
        return shown;
    }

    list(caller: Caller, resourceGroup: string): object {
        authorize(this.store, caller, `${TYPE}/read`, this.scope(resourceGroup));
        const isInGroup = (vault: Vault) => vault.resourceGroup.toLowerCase() === resourceGroup.toLowerCase();
        const vaults = Object.values(this.store.state.vaults).filter(
            (vault) => vault.deleted === undefined && isInGroup(vault),
        );
        return { value: vaults.map((vault) => this.show(vault)) };
    }

    delete(caller: Caller, resourceGroup: string, name: string): Reply {
        authorize(this.store, caller, `${TYPE}/delete`, `${this.scope(resourceGroup)}/providers/${TYPE}/${name}`);
        const vault = this.store.state.vaults[name.toLowerCase()];
        if (vault === undefined || vault.deleted !== undefined) {
            return { status: 204 };
        }
        vault.deleted = new Date().toISOString();
        this.assignments.deleteAtScope(vaultId(this.store, vault));
        this.store.save();
        return { status: 200 };
    }

    /** `kind`: `add` extends a principal's permissions, `replace` sets them, `remove` deletes them. */
    accessPolicies(
        caller: Caller,
        resourceGroup: string,
        name: string,
        kind: string,
        { properties = {} }: Body,
    ): Reply {
        const vault = this.find(resourceGroup, name);
        authorize(this.store, caller, `${TYPE}/accessPolicies/write`, vaultId(this.store, vault));
        const { accessPolicies: given = [] } = properties;
        const isGiven = ({ objectId }: AccessPolicy): boolean => given.some((each) => each.objectId === objectId);
        if (given.some(({ tenantId }) => tenantId !== this.store.state.tenantId)) {
            throw new AzureError(400, "BadRequest", "All access policies must be of the vault's tenant.");
        }
        const others = vault.accessPolicies.filter((policy) => !isGiven(policy));
        const current = vault.accessPolicies.filter(isGiven);
        const added = given.map((policy) => ({
            ...policy,
            permissions:
                kind === "add"
                    ? union(
                          current.find(({ objectId }) => objectId === policy.objectId),
                          policy,
                      )
                    : policy.permissions,
        }));
        vault.accessPolicies = kind === "remove" ? others : [...others, ...added];
        this.store.save();
        const id = `${vaultId(this.store, vault)}/accessPolicies/`;
        return {
            status: 200,
            body: { id, type: `${TYPE}/accessPolicies`, properties: { accessPolicies: vault.accessPolicies } },
        };
    }

    find(resourceGroup: string, name: string): Vault {
        const scope = this.scope(resourceGroup);
        const vault = this.store.state.vaults[name.toLowerCase()];
        if (
            vault === undefined ||
            vault.deleted !== undefined ||
            scope.toLowerCase() !== this.scope(vault.resourceGroup).toLowerCase()
        ) {
            throw new AzureError(
                404,
                "ResourceNotFound",
                `The Resource '${TYPE}/${name}' under resource group '${resourceGroup}' was not found. For more details please go to https://aka.ms/ARMResourceNotFoundFix`,
            );
        }
        return vault;
    }

    /**
     * Returns the resource id of an existing resource group.
     *
     * @throws AzureError ResourceGroupNotFound
     */
    private scope(resourceGroup: string): string {
        const { subscriptionId, resourceGroups } = this.store.state;
        const name = Object.keys(resourceGroups).find((each) => each.toLowerCase() === resourceGroup.toLowerCase());
        if (name === undefined) {
            throw new AzureError(404, "ResourceGroupNotFound", `Resource group '${resourceGroup}' could not be found.`);
        }
        return `/subscriptions/${subscriptionId}/resourceGroups/${name}`;
    }

    private show(vault: Vault): object {
        const { name, location, tags, rbac, purgeProtection, pending, accessPolicies } = vault;
        const properties = {
            tenantId: this.store.state.tenantId,
            sku: { family: "A", name: "standard" },
            accessPolicies,
            enableRbacAuthorization: rbac,
            enableSoftDelete: true,
            softDeleteRetentionInDays: RETENTION_DAYS,
            ...(purgeProtection ? { enablePurgeProtection: true } : {}),
            publicNetworkAccess: "Enabled",
            vaultUri: `https://${name.toLowerCase()}.vault.azure.net/`,
            provisioningState: pending > 0 ? "RegisteringDns" : "Succeeded",
        };
        return { id: vaultId(this.store, vault), name, type: TYPE, location, tags, properties };
    }
}

/** Returns the access policy's permissions merged with those that the principal has. */
function union(current: AccessPolicy | undefined, { permissions }: AccessPolicy): AccessPolicy["permissions"] {
    const kinds = [...new Set([...Object.keys(current?.permissions ?? {}), ...Object.keys(permissions)])];
    return Object.fromEntries(
        kinds.map((kind) => [
            kind,
            [...new Set([...(current?.permissions[kind] ?? []), ...(permissions[kind] ?? [])])],
        ]),
    );
}
