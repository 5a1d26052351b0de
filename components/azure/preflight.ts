import type { BackendService } from "../backend";
import { AzureKeyVaultBackend } from "./backend";
import { existingByDeployment } from "../existing";
import type { AzureConfig } from "./config";
import { findExistingInAzure } from "./existing";
import { keptByAzure } from "./kept";
import { listAzureKeys } from "./secretKeys";
import { findAzure } from "./subscription";

export const azure: BackendService<AzureConfig> = {
    kinds: ["azure-key-vault"],
    listKeys: listAzureKeys,
    lookUp: async (deployments, { azureSubscriptionId }) => {
        const vaultConfigs = deployments.map(({ name, backend, current: { owner } }) => ({
            ...decided(backend),
            deployment: name,
            owner,
        }));
        const { azure: found, problems } = await findAzure(vaultConfigs, azureSubscriptionId);
        const existing = await existingByDeployment(deployments, (each) => findExistingInAzure(each, found));
        return {
            problems,
            create: ({ name, backend, testSecrets, current }) => {
                const vault = found.vaults.get(name);
                if (vault === undefined) {
                    throw new Error(`the Key Vault of ${name} was not looked up`);
                }
                return new AzureKeyVaultBackend(current, {
                    ...decided(backend),
                    testSecrets,
                    vault,
                    login: found.login,
                    existing: existing.get(name),
                });
            },
            keptOnDestroy: { azure: keptByAzure(deployments, found) },
        };
    },
};

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
