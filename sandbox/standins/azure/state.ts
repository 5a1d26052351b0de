import { randomUUID } from "node:crypto";
import type { Store } from "../store";

export interface Password {
    readonly keyId: string;
    readonly displayName: string | null;
    readonly startDateTime: string;
    readonly endDateTime: string;
    /** Its first characters, as Graph shows them. */
    readonly hint: string;
    /** SHA-256, hex. The password itself is returned once, when it is created. */
    readonly hash: string;
}

/** Whose tokens an application accepts. */
export interface FederatedCredential {
    readonly id: string;
    readonly name: string;
    readonly issuer: string;
    readonly subject: string;
    readonly audiences: readonly string[];
    readonly description: string | null;
}

export interface Application {
    /** Object id. */
    readonly id: string;
    /** Client id. */
    readonly appId: string;
    displayName: string;
    readonly createdDateTime: string;
    readonly owners: readonly string[];
    passwords: Password[];
    federatedCredentials?: readonly FederatedCredential[];
    /** Properties that clients have set, except the name. */
    set?: Readonly<Record<string, unknown>>;
}

export interface ServicePrincipal {
    readonly id: string;
    readonly appId: string;
    readonly owners: readonly string[];
    /** Application permissions of Microsoft Graph that an administrator has consented to. */
    readonly graphRoles: readonly string[];
    /** Properties that clients have set. */
    set?: Readonly<Record<string, unknown>>;
}

export interface RoleAssignment {
    readonly name: string;
    readonly scope: string;
    readonly roleDefinitionId: string;
    readonly principalId: string;
    readonly principalType: string;
    readonly createdOn: string;
}

export interface AccessPolicy {
    readonly tenantId: string;
    readonly objectId: string;
    readonly applicationId?: string;
    readonly permissions: Readonly<Record<string, readonly string[]>>;
}

export interface SecretVersion {
    readonly version: string;
    readonly value: string;
    readonly created: number;
    readonly tags: Readonly<Record<string, string>>;
    readonly contentType?: string;
}

export interface Secret {
    readonly versions: SecretVersion[];
    /** Unix time in seconds; set while it is soft-deleted. */
    deleted?: number;
}

export interface Vault {
    readonly name: string;
    readonly resourceGroup: string;
    readonly location: string;
    tags: Readonly<Record<string, string>>;
    rbac: boolean;
    purgeProtection: boolean;
    /** Number of reads until the vault is ready. */
    pending: number;
    accessPolicies: AccessPolicy[];
    readonly secrets: Record<string, Secret>;
    /** ISO 8601; set while it is soft-deleted. */
    deleted?: string;
}

export interface State {
    readonly tenantId: string;
    readonly subscriptionId: string;
    /** Location of each resource group, by its name. */
    readonly resourceGroups: Record<string, string>;
    /** By object id. */
    readonly applications: Record<string, Application>;
    /** By object id. */
    readonly servicePrincipals: Record<string, ServicePrincipal>;
    /** By name. */
    readonly roleAssignments: Record<string, RoleAssignment>;
    /** By lower-case name, including soft-deleted vaults. */
    readonly vaults: Record<string, Vault>;
}

/** The store of one tenant with one subscription. */
export type AzureStore = Store<State>;

/** Returns the application with this client id. */
export function applicationOf({ applications }: State, appId: string): Application | undefined {
    return Object.values(applications).find((each) => each.appId === appId);
}

export function emptyTenant(resourceGroups: Record<string, string>): State {
    return {
        tenantId: randomUUID(),
        subscriptionId: randomUUID(),
        resourceGroups,
        applications: {},
        servicePrincipals: {},
        roleAssignments: {},
        vaults: {},
    };
}
