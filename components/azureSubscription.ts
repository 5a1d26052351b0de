import { getClientConfig } from "@pulumi/azure-native/authorization/getClientConfig";
import { getClientToken } from "@pulumi/azure-native/authorization/getClientToken";
import { getVault } from "@pulumi/azure-native/keyvault/getVault";
import { getResourceGroup } from "@pulumi/azure-native/resources/getResourceGroup";
import * as pulumi from "@pulumi/pulumi";
import { deletedVault, type AzurePlace } from "./azureDeleted";
import { azureVaultName } from "./names";

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
    const locations = once((resourceGroup) => locationOf(resourceGroup));
    // What needs no answer of another is asked at once.
    const groups = plans.flatMap(({ createVault, resourceGroup }) => (createVault ? resourceGroup : []));
    const [{ tenantId, subscriptionId, objectId }, { token }, { token: vaultToken }] = await Promise.all([
        getClientConfig(),
        getClientToken(),
        getClientToken({ endpoint: "https://vault.azure.net" }),
        ...groups.map(locations),
    ]);
    if (expected !== undefined && subscriptionId !== expected) {
        throw new pulumi.RunError(
            `Pulumi is logged in to Azure subscription ${subscriptionId}, but azureSubscriptionId in ` +
                `Pulumi.${pulumi.getStack()}.yaml is ${expected}. Nothing was changed. Log in to ${expected} (az account ` +
                "set --subscription, or ARM_SUBSCRIPTION_ID), or change azureSubscriptionId.",
        );
    }
    const problems: string[] = [];
    const existing = once((path) => problemOf(path));
    const vaults = await Promise.all(
        plans.map(async (plan): Promise<[string, AzureVault]> => {
            const { deployment, resourceGroup, createVault, authorization } = plan;
            const names = [subscriptionId, pulumi.getProject(), pulumi.getStack(), deployment] as const;
            const name = plan.vaultName ?? azureVaultName(...names);
            const about = (problem: string): void => {
                problems.push(`Deployment "${deployment}": ${problem}`);
            };
            if (!createVault) {
                const problem = await existing(JSON.stringify([resourceGroup, name, authorization]));
                if (problem !== undefined) {
                    about(problem);
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

function once<T>(ask: (key: string) => Promise<T>): (key: string) => Promise<T> {
    const asked = new Map<string, Promise<T>>();
    return (key) => {
        const answer = asked.get(key) ?? ask(key);
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
async function problemOf(path: string): Promise<string | undefined> {
    const [resourceGroupName = "", vaultName = "", authorization] = JSON.parse(path) as string[];
    try {
        const { properties } = await getVault({ resourceGroupName, vaultName });
        const actual: AzureAuthorization = properties.enableRbacAuthorization === true ? "rbac" : "access-policy";
        return actual === authorization
            ? undefined
            : `backend.authorization is ${String(authorization)}, but Key Vault "${vaultName}" is set up for ${actual}: ` +
                  `write authorization: ${actual}, or set the vault up the other way`;
    } catch (error) {
        return (
            `cannot look at Key Vault "${vaultName}" in resource group "${resourceGroupName}": ${reasonOf(error)}. ` +
            "Check both names, or write createVault: true"
        );
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

function reasonOf(error: unknown): string {
    return (error instanceof Error ? error.message : String(error)).replace(/\.\s*$/, "");
}
