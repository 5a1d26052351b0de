import { getClientConfig } from "@pulumi/azure-native/authorization/getClientConfig";
import { getClientToken } from "@pulumi/azure-native/authorization/getClientToken";
import { flatPrefixes, keysBelow } from "../../airflow/scope";
import { reasonOf } from "../../lib/reason";
import type { ListedKeys, Place } from "../backend";
import { azureVaultName } from "../names";
import type { Owner } from "../owner";
import { vaultResourceId } from "./deploymentVault";
import { readPlace } from "./kind";
import { azureCall, KEY_VAULT_API } from "./rest";

/**
 * Lists the keys of a place through Azure Resource Manager, which never returns values. Unlike the vault itself, it
 * needs no rights inside the vault, and answers from behind a firewall.
 */
export async function listAzureKeys(recorded: Place, owner: Owner): Promise<ListedKeys> {
    const place = readPlace(recorded);
    if (place === undefined) {
        return { unknown: "its place in Azure is not recorded in a known form" };
    }
    const { resourceGroup, createVault } = place;
    try {
        const [{ subscriptionId }, { token }] = await Promise.all([getClientConfig(), getClientToken()]);
        const vault = place.vaultName ?? azureVaultName(subscriptionId, owner, resourceGroup);
        const names = await secretNames({ subscriptionId, resourceGroup, vault }, token);
        if (names === undefined && !createVault) {
            return { unknown: `there is no Key Vault "${vault}" in resource group "${resourceGroup}"` };
        }
        // Key Vault ignores case.
        const lower = (names ?? []).map((name) => name.toLowerCase());
        const { variables, connections, sep } = flatPrefixes(place);
        const prefixes = { variables: variables?.toLowerCase(), connections: connections?.toLowerCase(), sep };
        return { isExact: false, keys: keysBelow(prefixes, lower) };
    } catch (error) {
        const reason = reasonOf(error);
        return {
            unknown: reason.includes("AuthorizationFailed")
                ? `Pulumi's Azure login may not list the secrets of the Key Vault in resource group "${resourceGroup}" ` +
                  "(Microsoft.KeyVault/vaults/secrets/read, see docs/azure.md)"
                : `Azure does not list them: ${reason}`,
        };
    }
}

interface VaultId {
    readonly subscriptionId: string;
    readonly resourceGroup: string;
    readonly vault: string;
}

/** Returns the names of all secrets in a vault; `undefined` if there is no such vault. */
async function secretNames(
    { subscriptionId, resourceGroup, vault }: VaultId,
    token: string,
): Promise<string[] | undefined> {
    const id = vaultResourceId(subscriptionId, resourceGroup, vault);
    let url: string | undefined = `https://management.azure.com${id}/secrets?api-version=${KEY_VAULT_API}`;
    const names: string[] = [];
    while (url !== undefined) {
        const { status, body } = await azureCall("GET", url, token);
        if (status === 404) {
            return undefined;
        }
        const page = body as { value: readonly { name: string }[]; nextLink?: string | null };
        names.push(...page.value.map(({ name }) => name));
        url = page.nextLink ?? undefined;
    }
    return names;
}
