import { getClientToken } from "@pulumi/azure-native/authorization/getClientToken";
import type { BackendDeployment, BackendService } from "../backend";
import { findClaimsByDeployment } from "../claimsByDeployment";
import { storeResource } from "../names";
import { appLoginOf } from "./appLogin";
import { AzureKeyVaultBackend } from "./backend";
import type { AzureConfig } from "./config";
import { azureDenied, azureLookups, GRAPH } from "./existing";
import { keptByAzure } from "./kept";
import { VAULT_PART } from "./resources";
import { listAzureKeys } from "./secretKeys";
import { findAzure, type VaultDeployment } from "./subscription";

export const azure: BackendService<AzureConfig> = {
    kinds: ["azure-key-vault"],
    listKeys: listAzureKeys,
    lookUp: async (deployments, { azureSubscriptionId }) => {
        const { azure: found, problems } = await findAzure(deployments.map(vaultDeployment), azureSubscriptionId);
        let graphToken: Promise<string> | undefined;
        const requestGraphToken = async (): Promise<string> => (await getClientToken({ endpoint: GRAPH })).token;
        const existing = await findClaimsByDeployment(
            deployments,
            (each) => azureLookups(each, found, () => (graphToken ??= requestGraphToken())),
            azureDenied,
        );
        return {
            problems: [...problems, ...existing.problems],
            create: ({ name, backend, pods, testSecrets, shareSecrets, current }) => {
                const vault = found.vaults.get(name);
                if (vault === undefined) {
                    throw new Error(`the Key Vault of ${name} was not looked up`);
                }
                const claims = existing.claims.get(name);
                const isShared = claims?.shared.has(storeResource(current, VAULT_PART)) === true;
                return new AzureKeyVaultBackend(current, {
                    ...decided(backend),
                    appLogin: appLoginOf(backend, pods),
                    testSecrets,
                    shareSecrets,
                    // Another stack has created the vault.
                    vault: isShared ? { ...vault, create: undefined } : vault,
                    login: found.login,
                    claims,
                });
            },
            keptOnDestroy: { azure: keptByAzure(deployments, found) },
        };
    },
};

function vaultDeployment({
    name,
    current,
    backend,
    shareSecrets,
    isInState,
}: BackendDeployment<AzureConfig>): VaultDeployment {
    const hasVault = isInState(storeResource(current, VAULT_PART));
    return { ...decided(backend), deployment: name, owner: current.owner, shareSecrets, hasVault };
}

/**
 * Returns the config with its `authorization`, which the stack's plan sets if the config does not.
 *
 * @throws Error if it has not
 */
function decided({ authorization, ...backend }: AzureConfig) {
    if (authorization === undefined) {
        throw new Error("the permission model of the Key Vault was not decided");
    }
    return { ...backend, authorization };
}
