import type { BackendDeployment } from "../backend";
import { azureTestSecretNames, type AzureScope } from "./airflow";
import type { AzureContext, AzureVaultConfig } from "./subscription";

/** What Azure soft-deletes when the stack is destroyed. It keeps these resources and their names. */
export interface AzureKept {
    readonly subscriptionId: string;
    /** Vaults that the stack creates. */
    readonly vaults: readonly { readonly name: string; readonly resourceGroup: string; readonly location: string }[];
    /** Test secrets in existing vaults, which the stack does not create. */
    readonly secrets: readonly { readonly vault: string; readonly name: string }[];
}

/** Lists what Azure will keep after the stack is destroyed. */
export function keptByAzure(
    deployments: readonly BackendDeployment<Pick<AzureVaultConfig, "resourceGroup"> & AzureScope>[],
    { login, vaults }: AzureContext,
): AzureKept {
    const used = deployments.flatMap(({ name, backend, testSecrets }) => {
        const vault = vaults.get(name);
        return vault === undefined ? [] : [{ backend, testSecrets, vault }];
    });
    return {
        subscriptionId: login.subscriptionId,
        vaults: used.flatMap(({ vault: { name, create }, backend: { resourceGroup } }) =>
            create === undefined ? [] : [{ name, resourceGroup, location: create.location }],
        ),
        secrets: used.flatMap(({ vault: { name: vault, create }, backend, testSecrets }) =>
            create === undefined && testSecrets ? azureTestSecretNames(backend).map((name) => ({ vault, name })) : [],
        ),
    };
}
