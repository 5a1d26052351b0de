import type { BackendDeployment } from "../backend";
import { azureTestSecretNames, type AzureScope } from "./airflow";
import type { AzureSurroundings, AzureVaultPlan } from "./subscription";

/** What Azure keeps of a stack's things when they are deleted, and their names with them. */
export interface AzureKept {
    readonly subscriptionId: string;
    /** Vaults that the stack creates. */
    readonly vaults: readonly { readonly name: string; readonly resourceGroup: string; readonly location: string }[];
    /** Test secrets in vaults that were there before. */
    readonly secrets: readonly { readonly vault: string; readonly name: string }[];
}

/** Lists what Azure will keep when the stack is destroyed. */
export function keptByAzure(
    deployments: readonly BackendDeployment<AzureVaultPlan & AzureScope>[],
    { login, vaults }: AzureSurroundings,
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
