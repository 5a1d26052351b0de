import { azureTestSecretNames } from "./airflow";
import type { BackendPlan, Surroundings } from "../../stack/backends";

/** What Azure keeps of a stack's things when they are deleted, and their names with them. */
export interface AzureKept {
    readonly subscriptionId: string;
    /** Vaults that the stack creates. */
    readonly vaults: readonly { readonly name: string; readonly resourceGroup: string; readonly location: string }[];
    /** Test secrets in vaults that were there before. */
    readonly secrets: readonly { readonly vault: string; readonly name: string }[];
}

interface Planned {
    readonly name: string;
    readonly backend: BackendPlan;
    readonly testSecrets: boolean;
}

/** Nothing where no Deployment has its secrets in Azure. */
export function keptByAzure(
    planned: readonly Planned[],
    { azure }: Pick<Surroundings, "azure">,
): AzureKept | undefined {
    if (azure === undefined) {
        return undefined;
    }
    const used = planned.flatMap(({ name, backend, testSecrets }) => {
        const vault = azure.vaults.get(name);
        return backend.kind === "azure-key-vault" && vault !== undefined ? [{ backend, testSecrets, vault }] : [];
    });
    return {
        subscriptionId: azure.login.subscriptionId,
        vaults: used.flatMap(({ vault: { name, create }, backend: { resourceGroup } }) =>
            create === undefined ? [] : [{ name, resourceGroup, location: create.location }],
        ),
        secrets: used.flatMap(({ vault: { name: vault, create }, backend, testSecrets }) =>
            create === undefined && testSecrets ? azureTestSecretNames(backend).map((name) => ({ vault, name })) : [],
        ),
    };
}
