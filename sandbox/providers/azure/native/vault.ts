import type { SkuName, Vault } from "@azure/arm-keyvault";
import type { Properties } from "../../../../provider/resourceType";
import { ask, azure, refuseExisting, unlessGone, vaultPath } from "../clients";
import type { NativeType } from "./type";

interface VaultProperties {
    readonly tenantId: string;
    readonly sku: { readonly family: string; readonly name: SkuName };
}

/** `azure-native:keyvault:Vault`, without access policies of its own: those that are there stay. */
export const vault: NativeType = {
    inputs: ["vaultName", "resourceGroupName", "location", "properties"],
    required: ["vaultName", "resourceGroupName", "location", "properties"],
    replaceOn: ["vaultName", "resourceGroupName"],
    apiVersion: "2024-11-01",
    async create(inputs) {
        await refuseExisting(vaultPath(inputs), get(inputs));
        await put(inputs, []);
        return { id: vaultPath(inputs), outputs: shown(await ask(get(inputs))) };
    },
    async read(_id, inputs) {
        const found = await unlessGone(get(inputs));
        return found === undefined ? undefined : shown(found);
    },
    async update(inputs) {
        const { properties } = await ask(get(inputs));
        await put(inputs, properties.accessPolicies ?? []);
        return shown(await ask(get(inputs)));
    },
    async delete(_id, { resourceGroupName, vaultName }) {
        await unlessGone(azure().keyVault.vaults.delete(String(resourceGroupName), String(vaultName)));
    },
    settable({ location, tags, properties }) {
        const told = ["vaultUri", "provisioningState", "hsmPoolResourceId", "privateEndpointConnections"];
        // Those are resources of their own.
        const apart = [...told, "accessPolicies"];
        const kept = Object.entries(properties as Properties).filter(([name]) => !apart.includes(name));
        return { location, ...(tags === undefined ? {} : { tags }), properties: Object.fromEntries(kept) };
    },
};

function get({ resourceGroupName, vaultName }: Properties): Promise<Vault> {
    return azure().keyVault.vaults.get(String(resourceGroupName), String(vaultName));
}

type AccessPolicies = NonNullable<Vault["properties"]["accessPolicies"]>;

function put({ resourceGroupName, vaultName, location, properties }: Properties, accessPolicies: AccessPolicies) {
    const { sku, ...rest } = properties as VaultProperties;
    const wanted = { ...rest, sku: { family: sku.family, name: sku.name }, accessPolicies };
    const parameters = { location: String(location), properties: wanted };
    return ask(
        azure()
            .keyVault.vaults.createOrUpdate(String(resourceGroupName), String(vaultName), parameters)
            .pollUntilDone(),
    );
}

function shown({ id, name, type, location, tags, properties }: Vault): Properties {
    return { id, name, type, location, tags, properties: { ...properties }, azureApiVersion: vault.apiVersion };
}
