import type { SkuName, Vault } from "@azure/arm-keyvault";
import type { Properties } from "../../../../provider/resourceType";
import { azure, ignoreNotFound, throwIfExists, vaultId, withPluginError } from "../clients";
import type { NativeType } from "./type";

interface VaultProperties {
    readonly tenantId: string;
    readonly sku: { readonly family: string; readonly name: SkuName };
}

/** `azure-native:keyvault:Vault`, without access policies of its own. An update keeps the existing ones. */
export const vault: NativeType = {
    inputs: ["vaultName", "resourceGroupName", "location", "properties", "tags"],
    required: ["vaultName", "resourceGroupName", "location", "properties"],
    replaceOn: ["vaultName", "resourceGroupName"],
    apiVersion: "2024-11-01",
    async create(inputs) {
        await throwIfExists(vaultId(inputs), get(inputs));
        await put(inputs, []);
        return { id: vaultId(inputs), outputs: toOutputs(await withPluginError(get(inputs))) };
    },
    async read(_id, inputs) {
        const found = await ignoreNotFound(get(inputs));
        return found === undefined ? undefined : toOutputs(found);
    },
    async update(inputs) {
        const { properties } = await withPluginError(get(inputs));
        await put(inputs, properties.accessPolicies ?? []);
        return toOutputs(await withPluginError(get(inputs)));
    },
    async delete(_id, { resourceGroupName, vaultName }) {
        await ignoreNotFound(azure().keyVault.vaults.delete(String(resourceGroupName), String(vaultName)));
    },
    inputsFrom({ location, tags, properties }) {
        const readOnly = ["vaultUri", "provisioningState", "hsmPoolResourceId", "privateEndpointConnections"];
        // Access policies are resources of their own.
        const excluded = [...readOnly, "accessPolicies"];
        const kept = Object.entries(properties as Properties).filter(([name]) => !excluded.includes(name));
        return { location, ...(tags === undefined ? {} : { tags }), properties: Object.fromEntries(kept) };
    },
};

function get({ resourceGroupName, vaultName }: Properties): Promise<Vault> {
    return azure().keyVault.vaults.get(String(resourceGroupName), String(vaultName));
}

type AccessPolicies = NonNullable<Vault["properties"]["accessPolicies"]>;

function put({ resourceGroupName, vaultName, location, properties, tags }: Properties, accessPolicies: AccessPolicies) {
    const { sku, ...rest } = properties as VaultProperties;
    const wanted = { ...rest, sku: { family: sku.family, name: sku.name }, accessPolicies };
    const parameters = { location: String(location), properties: wanted, tags: (tags ?? {}) as Record<string, string> };
    return withPluginError(
        azure()
            .keyVault.vaults.createOrUpdate(String(resourceGroupName), String(vaultName), parameters)
            .pollUntilDone(),
    );
}

function toOutputs({ id, name, type, location, tags, properties }: Vault): Properties {
    return { id, name, type, location, tags, properties: { ...properties }, azureApiVersion: vault.apiVersion };
}
