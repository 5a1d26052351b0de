import { getClientConfig } from "@pulumi/azure-native/authorization/getClientConfig";
import { getClientToken } from "@pulumi/azure-native/authorization/getClientToken";
import { getVault } from "@pulumi/azure-native/keyvault/getVault";
import { getResourceGroup } from "@pulumi/azure-native/resources/getResourceGroup";
import * as pulumi from "@pulumi/pulumi";
import { reasonOf } from "../../lib/reason";
import { deletedVault, type AzurePlace } from "./deleted";
import { azureVaultName } from "../names";

/** How a vault decides who may read its secrets. */
export type AzureAuthorization = "access-policy" | "rbac";

/** A Deployment's vault as it is configured. */
export interface AzureVaultPlan {
    readonly resourceGroup: string;
    /** Default, where the vault is created: one made of the names of Deployment, stack, project and subscription. */
    readonly vaultName?: string | undefined;
    readonly createVault: boolean;
    readonly authorization: AzureAuthorization;
}

/** The same with what was found out about it. */
export interface AzureVault {
    readonly name: string;
    /** Where it is created; nothing where it exists. */
    readonly create: { readonly location: string; readonly recover: boolean } | undefined;
}

/** Whom and what the Azure provider is logged in to. */
export interface AzureLogin {
    readonly tenantId: string;
    readonly subscriptionId: string;
    /** Object id of whoever runs Pulumi. */
    readonly operatorId: string;
    /** Access token for Key Vault, of whoever runs Pulumi. */
    readonly vaultToken: string;
}

export interface AzureSurroundings {
    readonly login: AzureLogin;
    /** By the Deployment's name. */
    readonly vaults: ReadonlyMap<string, AzureVault>;
}

type Named = AzureVaultPlan & { readonly deployment: string };

/**
 * Looks at the subscription, and once at each resource group and vault.
 *
 * @param expected the config's `azureSubscriptionId`
 * @throws RunError when Pulumi is logged in to another subscription: it would get a second set of everything.
 */
export async function findAzure(
    plans: readonly Named[],
    expected: string | undefined,
): Promise<{ azure: AzureSurroundings; problems: readonly string[] }> {
    const locations = once(locationOf);
    // What needs no answer of another is asked at once.
    const groups = plans.flatMap(({ createVault, resourceGroup }) => (createVault ? resourceGroup : []));
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
    const existing = once(authorizationOf);
    const vaults = await Promise.all(
        plans.map(async (plan): Promise<[string, AzureVault]> => {
            const { deployment, resourceGroup, createVault, authorization } = plan;
            const names = [subscriptionId, pulumi.getProject(), pulumi.getStack(), deployment] as const;
            const name = plan.vaultName ?? azureVaultName(...names);
            const about = (problem: string): void => {
                problems.push(`Deployment "${deployment}": ${problem}`);
            };
            if (!createVault) {
                const found = await existing(resourceGroup, name);
                if ("problem" in found) {
                    about(found.problem);
                } else if (found.authorization !== authorization) {
                    about(
                        `backend.authorization is ${authorization}, but Key Vault "${name}" is set up for ` +
                            `${found.authorization}: write authorization: ${found.authorization}, or set the vault up the ` +
                            "other way",
                    );
                }
                return [deployment, { name, create: undefined }];
            }
            const found = await locations(resourceGroup);
            if ("problem" in found) {
                about(found.problem);
                return [deployment, { name, create: undefined }];
            }
            const place = { subscriptionId, location: found.location };
            const recover = await isRecoverable(place, { name, resourceGroup, token });
            return [deployment, { name, create: { location: found.location, recover } }];
        }),
    );
    const login = { tenantId, subscriptionId, operatorId: objectId, vaultToken };
    return { azure: { login, vaults: new Map(vaults) }, problems };
}

/** The same question is asked once. */
function once<Names extends string[], T>(ask: (...names: Names) => Promise<T>): (...names: Names) => Promise<T> {
    const asked = new Map<string, Promise<T>>();
    return (...names) => {
        const key = JSON.stringify(names);
        const answer = asked.get(key) ?? ask(...names);
        asked.set(key, answer);
        return answer;
    };
}

async function locationOf(resourceGroupName: string): Promise<{ location: string } | { problem: string }> {
    try {
        return { location: (await getResourceGroup({ resourceGroupName })).location };
    } catch (error) {
        return {
            problem: `cannot look at resource group "${resourceGroupName}": ${reasonOf(error)}. It has to be there`,
        };
    }
}

/** A vault decides by policies or by roles, and takes no notice of the other. */
async function authorizationOf(
    resourceGroupName: string,
    vaultName: string,
): Promise<{ authorization: AzureAuthorization } | { problem: string }> {
    try {
        const { properties } = await getVault({ resourceGroupName, vaultName });
        return { authorization: properties.enableRbacAuthorization === true ? "rbac" : "access-policy" };
    } catch (error) {
        const problem =
            `cannot look at Key Vault "${vaultName}" in resource group "${resourceGroupName}": ${reasonOf(error)}. ` +
            "Check both names, or write createVault: true";
        return { problem };
    }
}

/** Whether Azure keeps a deleted vault of that name, which then comes back with its secrets. */
async function isRecoverable(
    place: AzurePlace,
    { name, resourceGroup, token }: { name: string; resourceGroup: string; token: string },
): Promise<boolean> {
    try {
        const found = await deletedVault(place, name, token);
        return found?.vaultId.toLowerCase().includes(`/resourcegroups/${resourceGroup.toLowerCase()}/`) === true;
    } catch (error) {
        await pulumi.log.warn(
            `Cannot see whether Azure keeps a deleted Key Vault "${name}" (${reasonOf(error)}): if it does, the vault ` +
                "cannot be created.",
        );
        return false;
    }
}
