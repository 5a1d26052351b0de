import assert from "node:assert/strict";
import { azureLoginIn, type AzureSubscription } from "./azure";
import type { Harness } from "./harness";

/** The login of a Deployment's pods, and the vault and the scope that they read in. */
export type AzurePod = ReturnType<typeof azureLoginIn> & { readonly scope: string };

/** Returns the name of the test variable in a vault. */
export const variableOf = (scope: string): string => `${scope}-airflow-variables-verify-variable`;

/** Returns what a Deployment's pods get now. */
export async function azurePod(harness: Harness, deployment: string): Promise<AzurePod> {
    const login = azureLoginIn(await harness.resolvedEnv(deployment));
    const { variables_prefix } = await harness.kwargs(deployment);
    return { ...login, scope: String(variables_prefix).replace("-airflow-variables", "") };
}

/** Returns whether each pod can log in and read the test variable. */
export function readsOf(azure: AzureSubscription, pods: readonly AzurePod[]): Promise<boolean[]> {
    return Promise.all(
        pods.map(async (login) => {
            const { token, error = "" } = await azure.logIn(login, "https://vault.azure.net");
            if (token === undefined) {
                assert.match(error, /^AADSTS(7000215: Invalid client secret|700016: Application)/);
                return false;
            }
            const { status } = await azure.vault("GET", login.vault, `secrets/${variableOf(login.scope)}`, { login });
            return status === 200;
        }),
    );
}
