import { getClientConfig } from "@pulumi/azure-native/authorization/getClientConfig";
import { getClientToken } from "@pulumi/azure-native/authorization/getClientToken";
import { getVault } from "@pulumi/azure-native/keyvault/getVault";
import { getResourceGroup } from "@pulumi/azure-native/resources/getResourceGroup";
import * as pulumi from "@pulumi/pulumi";
import { reasonOf } from "../../lib/reason";
import { findDeletedVault, type VaultLocation } from "./deleted";
import { azureVaultName } from "../names";
import type { Owner } from "../owner";

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
    /** Location of the vault, and whether to recover a deleted one; `undefined` if the vault exists already. */
    readonly create: { readonly location: string; readonly recover: boolean } | undefined;
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
    /** Vaults by Deployment name. */
    readonly vaults: ReadonlyMap<string, AzureVault>;
}

type DeploymentVaultConfig = AzureVaultConfig & { readonly deployment: string; readonly owner: Owner };

/**
 * Reads the subscription, and each resource group and vault once.
 *
 * @param expected the config's `azureSubscriptionId`
 * @throws RunError if Pulumi is logged in to another subscription: everything would be created there a second time.
 */
export async function findAzure(
    configs: readonly DeploymentVaultConfig[],
    expected: string | undefined,
): Promise<{ azure: AzureContext; problems: readonly string[] }> {
    const locations = memoize(findLocation);
    // Calls that do not depend on each other run in parallel.
    const groups = configs.flatMap(({ createVault, resourceGroup }) => (createVault ? resourceGroup : []));
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
    const problems: string[] = [];
    const authorizations = memoize(findAuthorization);
    const vaults = await Promise.all(
        configs.map(async (config): Promise<[string, AzureVault]> => {
            const { deployment, owner, resourceGroup, createVault, authorization } = config;
            const name = config.vaultName ?? azureVaultName(subscriptionId, owner, resourceGroup);
            const addProblem = (problem: string): void => {
                problems.push(`Deployment "${deployment}": ${problem}`);
            };
            if (!createVault) {
                const found = await authorizations(resourceGroup, name);
                if ("problem" in found) {
                    addProblem(found.problem);
                } else if (found.authorization !== authorization) {
                    addProblem(
                        `backend.authorization is ${authorization}, but Key Vault "${name}" is set up for ` +
                            `${found.authorization}: write authorization: ${found.authorization}, or set the vault ` +
                            `up for ${authorization}`,
                    );
                }
                return [deployment, { name, create: undefined }];
            }
            const found = await locations(resourceGroup);
            if ("problem" in found) {
                addProblem(found.problem);
                return [deployment, { name, create: undefined }];
            }
            const location = { subscriptionId, location: found.location };
            const recover = await isRecoverable(location, { name, resourceGroup, token });
            return [deployment, { name, create: { location: found.location, recover } }];
        }),
    );
    const login = { tenantId, subscriptionId, operatorId: objectId, vaultToken };
    return { azure: { login, vaults: new Map(vaults) }, problems };
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

async function findLocation(resourceGroupName: string): Promise<{ location: string } | { problem: string }> {
    try {
        return { location: (await getResourceGroup({ resourceGroupName })).location };
    } catch (error) {
        return {
            problem: `cannot read resource group "${resourceGroupName}": ${reasonOf(error)}. It has to exist`,
        };
    }
}

/** Returns a vault's permission model: access policies or Azure RBAC. The other one has no effect. */
async function findAuthorization(
    resourceGroupName: string,
    vaultName: string,
): Promise<{ authorization: AzureAuthorization } | { problem: string }> {
    try {
        const { properties } = await getVault({ resourceGroupName, vaultName });
        return { authorization: properties.enableRbacAuthorization === true ? "rbac" : "access-policy" };
    } catch (error) {
        const problem =
            `cannot read Key Vault "${vaultName}" in resource group "${resourceGroupName}": ${reasonOf(error)}. ` +
            "Check both names, or write createVault: true";
        return { problem };
    }
}

/** Returns whether Azure keeps a soft-deleted vault with that name. It is then recovered with its secrets. */
async function isRecoverable(
    location: VaultLocation,
    { name, resourceGroup, token }: { name: string; resourceGroup: string; token: string },
): Promise<boolean> {
    try {
        const found = await findDeletedVault(location, name, token);
        return found?.vaultId.toLowerCase().includes(`/resourcegroups/${resourceGroup.toLowerCase()}/`) === true;
    } catch (error) {
        await pulumi.log.warn(
            `Cannot check whether Azure keeps a deleted Key Vault "${name}" (${reasonOf(error)}): if it does, the ` +
                "vault cannot be created.",
        );
        return false;
    }
}
