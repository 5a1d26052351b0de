import type { BackendDeployment } from "../backend";
import type { Owner } from "../owner";
import { azureTestSecrets, type AzureScope } from "./airflow";
import type { AzureContext, AzureVaultConfig } from "./subscription";

/** What Azure soft-deletes when the stack is destroyed. It keeps these resources and their names. */
export interface AzureKept {
    readonly subscriptionId: string;
    /** Vaults that the stack creates. */
    readonly vaults: readonly KeptVault[];
    /** Test secrets in existing vaults, which the stack does not create. */
    readonly secrets: readonly { readonly vault: string; readonly name: string; readonly owner: Owner }[];
}

export interface KeptVault {
    readonly name: string;
    readonly resourceGroup: string;
    readonly location: string;
    /** Whose it is. Only what has the owner's marks is purged. */
    readonly owner: Owner;
}

/** Lists what Azure will keep after the stack is destroyed. */
export function keptByAzure(
    deployments: readonly BackendDeployment<Pick<AzureVaultConfig, "resourceGroup"> & AzureScope>[],
    { login, vaults }: AzureContext,
): AzureKept {
    const used = deployments.flatMap(({ name, current: { owner }, backend, testSecrets }) => {
        const vault = vaults.get(name);
        return vault === undefined ? [] : [{ owner, backend, testSecrets, vault }];
    });
    return {
        subscriptionId: login.subscriptionId,
        vaults: used.flatMap(({ owner, vault: { name, create }, backend: { resourceGroup } }) =>
            create === undefined ? [] : [{ name, resourceGroup, location: create.location, owner }],
        ),
        secrets: used.flatMap(({ owner, vault: { name: vault, create }, backend, testSecrets }) =>
            create === undefined && testSecrets
                ? azureTestSecrets(backend).map(({ name }) => ({ vault, name, owner }))
                : [],
        ),
    };
}
