import { getClientConfig } from "@pulumi/azure-native/authorization/getClientConfig";
import { getClientToken } from "@pulumi/azure-native/authorization/getClientToken";
import { getVault } from "@pulumi/azure-native/keyvault/getVault";
import { getResourceGroup } from "@pulumi/azure-native/resources/getResourceGroup";
import * as pulumi from "@pulumi/pulumi";
import { reasonOf } from "../../lib/reason";
import { findDeletedVault, isOwnDeletedVault, type DeletedVault } from "./deleted";
import { holderOf, holderTitle, isHeldBy } from "../marks";
import { azureVaultName } from "../names";
import type { Owner } from "../owner";
import { vaultOverlaps } from "./vaultOverlaps";

/** Permission model of a vault: how it decides who may read its secrets. */
export type AzureAuthorization = "access-policy" | "rbac";

/** A Deployment's vault, as in the config. */
export interface AzureVaultConfig {
    readonly resourceGroup: string;
    /** Default, if the vault is created: generated from subscription, project, stack, Deployment and resource group. */
    readonly vaultName?: string | undefined;
    readonly createVault: boolean;
    readonly authorization: AzureAuthorization;
}

/** A Deployment's vault, with what was found in Azure. */
export interface AzureVault {
    readonly name: string;
    /** Location of the vault, and whether to recover a deleted one; `undefined` if the stack does not create it. */
    readonly create: { readonly location: string; readonly recover: boolean } | undefined;
    /** Whether the stack creates it, and it is not in the state yet. */
    readonly isNew: boolean;
}

/** The login of the Azure provider. */
export interface AzureLogin {
    readonly tenantId: string;
    readonly subscriptionId: string;
    /** Object id of the user or service principal that runs Pulumi. */
    readonly operatorId: string;
    /** Access token of that identity for Key Vault. */
    readonly vaultToken: string;
}

export interface AzureContext {
    readonly login: AzureLogin;
    /** Access token for Azure Resource Manager. */
    readonly managerToken: string;
    /** Vaults by Deployment name. */
    readonly vaults: ReadonlyMap<string, AzureVault>;
}

/** What a lookup of a vault needs to know about its Deployment. */
export interface VaultDeployment extends AzureVaultConfig {
    readonly deployment: string;
    readonly owner: Owner;
    readonly shareSecrets: boolean;
    /** Whether the vault that the stack creates for it is in the state. */
    readonly hasVault: boolean;
}

/**
 * Reads the subscription, and each resource group and vault once.
 *
 * @param expected the config's `azureSubscriptionId`
 * @throws RunError if Pulumi is logged in to another subscription: everything would be created there a second time.
 */
export async function findAzure(
    deployments: readonly VaultDeployment[],
    expected: string | undefined,
): Promise<{ azure: AzureContext; problems: readonly string[] }> {
    const locations = memoize(findLocation);
    // Calls that do not depend on each other run in parallel.
    const groups = deployments.flatMap(({ createVault, resourceGroup }) => (createVault ? resourceGroup : []));
    const [{ tenantId, subscriptionId, objectId }, { token }, { token: vaultToken }] = await Promise.all([
        getClientConfig(),
        getClientToken(),
        getClientToken({ endpoint: "https://vault.azure.net" }),
        ...groups.map((group) => locations(group)),
    ]);
    if (expected !== undefined && subscriptionId !== expected) {
        throw new pulumi.RunError(
            `Pulumi is logged in to Azure subscription ${subscriptionId}, but azureSubscriptionId in ` +
                `Pulumi.${pulumi.getStack()}.yaml is ${expected}. Nothing was changed. Log in to ${expected} (az account ` +
                "set --subscription, or ARM_SUBSCRIPTION_ID), or change azureSubscriptionId.",
        );
    }
    const nameOf = ({ vaultName, owner, resourceGroup }: VaultDeployment): string =>
        vaultName ?? azureVaultName(subscriptionId, owner, resourceGroup);
    const overlaps = vaultOverlaps(deployments.map((each) => ({ ...each, vault: nameOf(each) })));
    const existing = memoize(findVault);
    const found = await Promise.all(
        deployments.map(async (each): Promise<[deployment: string, FoundVault]> => {
            const { deployment, resourceGroup, createVault } = each;
            const name = nameOf(each);
            const overlap = overlaps.get(deployment);
            if (overlap !== undefined) {
                return [deployment, { vault: { name, create: undefined, isNew: false }, problem: overlap }];
            }
            return createVault
                ? [
                      deployment,
                      await newVault(each, { subscriptionId, name, token, group: await locations(resourceGroup) }),
                  ]
                : [deployment, existingVault(each, name, await existing(resourceGroup, name))];
        }),
    );
    const problems = found.flatMap(([deployment, { problem }]) =>
        problem === undefined ? [] : `Deployment "${deployment}": ${problem}`,
    );
    const login = { tenantId, subscriptionId, operatorId: objectId, vaultToken };
    const vaults = new Map(found.map(([deployment, { vault }]) => [deployment, vault]));
    return { azure: { login, managerToken: token, vaults }, problems };
}

interface FoundVault {
    readonly vault: AzureVault;
    readonly problem?: string | undefined;
}

/** Returns a function that calls `find` once per list of names. */
function memoize<Names extends string[], T>(find: (...names: Names) => Promise<T>): (...names: Names) => Promise<T> {
    const results = new Map<string, Promise<T>>();
    return (...names) => {
        const key = JSON.stringify(names);
        const result = results.get(key) ?? find(...names);
        results.set(key, result);
        return result;
    };
}

type Group = { readonly location: string } | { readonly problem: string };

async function findLocation(resourceGroupName: string): Promise<Group> {
    try {
        return { location: (await getResourceGroup({ resourceGroupName })).location };
    } catch (error) {
        return {
            problem: `cannot read resource group "${resourceGroupName}": ${reasonOf(error)}. It has to exist`,
        };
    }
}

type ExistingVault =
    | { readonly authorization: AzureAuthorization; readonly tags: Readonly<Record<string, string>> | undefined }
    | { readonly problem: string };

/** Reads a vault's tags and its permission model: access policies or Azure RBAC. The other one has no effect. */
async function findVault(resourceGroupName: string, vaultName: string): Promise<ExistingVault> {
    try {
        const { properties, tags } = await getVault({ resourceGroupName, vaultName });
        return { authorization: properties.enableRbacAuthorization === true ? "rbac" : "access-policy", tags };
    } catch (error) {
        const problem =
            `cannot read Key Vault "${vaultName}" in resource group "${resourceGroupName}": ${reasonOf(error)}. ` +
            "Check both names, or write createVault: true";
        return { problem };
    }
}

/** Checks a vault that the stack does not create. It may be the company's, but not another Deployment's. */
function existingVault(
    { authorization, owner, shareSecrets }: VaultDeployment,
    name: string,
    found: ExistingVault,
): FoundVault {
    const vault = { name, create: undefined, isNew: false };
    if ("problem" in found) {
        return { vault, problem: found.problem };
    }
    const holder = holderOf(found.tags);
    if (holder !== "unknown" && !isHeldBy(holder, owner) && !(holder.sharesSecrets && shareSecrets)) {
        const problem =
            `Key Vault "${name}" is ${holderTitle(holder)}'s, and whoever may read one of its secrets may read all of ` +
            "them. Write another vaultName, or set shareSecrets: true in both and run pulumi up there first";
        return { vault, problem };
    }
    const problem =
        found.authorization === authorization
            ? undefined
            : `backend.authorization is ${authorization}, but Key Vault "${name}" is set up for ` +
              `${found.authorization}: write authorization: ${found.authorization}, or set the vault up for ${authorization}`;
    return { vault, problem };
}

interface NewVault {
    readonly subscriptionId: string;
    readonly name: string;
    readonly group: Group;
    /** For Azure Resource Manager. */
    readonly token: string;
}

/**
 * Looks for a soft-deleted vault with the name of a vault that the stack creates. If it was created for this Deployment,
 * it is recovered with its secrets.
 */
async function newVault(
    { deployment, owner, resourceGroup, hasVault }: VaultDeployment,
    { subscriptionId, name, group, token }: NewVault,
): Promise<FoundVault> {
    if ("problem" in group) {
        return { vault: { name, create: undefined, isNew: true }, problem: group.problem };
    }
    const { location } = group;
    const vault = (recover: boolean): AzureVault => ({ name, create: { location, recover }, isNew: !hasVault });
    if (hasVault) {
        return { vault: vault(false) };
    }
    try {
        const found = await findDeletedVault({ subscriptionId, location }, name, token);
        if (found === undefined) {
            return { vault: vault(false) };
        }
        if (!isOwnDeletedVault(found, resourceGroup, owner)) {
            return { vault: vault(false), problem: keptByOthers(name, found) };
        }
    } catch (error) {
        await pulumi.log.warn(
            `Cannot check whether Azure keeps a deleted Key Vault "${name}" (${reasonOf(error)}): if it does, the ` +
                "vault cannot be created.",
        );
        return { vault: vault(false) };
    }
    await pulumi.log.warn(
        `Azure keeps the deleted Key Vault "${name}" of Deployment "${deployment}": pulumi up recovers it, with all the ` +
            "secrets that it had.",
    );
    return { vault: vault(true) };
}

function keptByOthers(name: string, { vaultId, tags }: DeletedVault): string {
    const holder = holderOf(tags ?? undefined);
    const whose =
        holder === "unknown"
            ? "it does not have this project's tags"
            : `its tags say that it is ${holderTitle(holder)}'s`;
    return (
        `Azure keeps a deleted Key Vault "${name}" (${vaultId}), and ${whose}, so the stack does not recover it. Write ` +
        "another vaultName, or purge it (az keyvault purge) if nobody needs it. To read from it, recover it (az keyvault " +
        "recover) and write createVault: false"
    );
}
