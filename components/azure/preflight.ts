import type { z } from "zod";
import type { BackendService } from "../backend";
import { AzureKeyVaultBackend } from "./backend";
import type { azureKeyVaultBackend } from "./config";
import { keptByAzure } from "./kept";
import { listAzureKeys } from "./secretKeys";
import { findAzure } from "./subscription";

export const azure: BackendService<z.output<typeof azureKeyVaultBackend>> = {
    kinds: ["azure-key-vault"],
    listKeys: listAzureKeys,
    lookUp: async (deployments, { azureSubscriptionId }) => {
        const vaultConfigs = deployments.map(({ name, backend, current: { owner } }) => ({
            ...backend,
            deployment: name,
            owner,
        }));
        const { azure: found, problems } = await findAzure(vaultConfigs, azureSubscriptionId);
        return {
            problems,
            create: ({ name, backend, testSecrets, current }) => {
                const vault = found.vaults.get(name);
                if (vault === undefined) {
                    throw new Error(`the Key Vault of ${name} was not looked up`);
                }
                return new AzureKeyVaultBackend(current, { ...backend, testSecrets, vault, login: found.login });
            },
            keptOnDestroy: { azure: keptByAzure(deployments, found) },
        };
    },
};
