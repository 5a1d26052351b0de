import type { SkuName, Vault } from "@azure/arm-keyvault";
import type { Properties, ResourceType } from "../../../provider/resourceType";
import { ask, azure, refuseExisting, unlessGone, vaultPath } from "./clients";

interface VaultProperties {
    readonly tenantId: string;
    readonly sku: { readonly family: string; readonly name: SkuName };
}

/** `azure-native:keyvault:Vault`, without access policies of its own: those that are there stay. */
export const vault: ResourceType = {
    inputs: ["vaultName", "resourceGroupName", "location", "properties"],
    required: ["vaultName", "resourceGroupName", "location", "properties"],
    replaceOn: ["vaultName", "resourceGroupName", "location", "properties.tenantId"],
    computed: ["name", "type"],
    secrets: [],
    async create(inputs) {
        await refuseExisting(vaultPath(inputs), get(inputs));
        const made = await put(inputs, []);
        return { id: vaultPath(inputs), outputs: shown(inputs, made) };
    },
    async read(id, inputs) {
        const found = await unlessGone(get(inputs));
        if (found === undefined) {
            return undefined;
        }
        const properties = liveProperties(inputs.properties as Properties, { ...found.properties });
        const live = { ...inputs, location: found.location, properties };
        return { id, inputs: live, outputs: shown(live, found) };
    },
    async update(_id, inputs) {
        const { properties } = await ask(get(inputs));
        return shown(inputs, await put(inputs, properties.accessPolicies ?? []));
    },
    async delete(_id, outputs) {
        const { resourceGroupName, vaultName } = outputs as Record<string, string>;
        await unlessGone(azure().keyVault.vaults.delete(resourceGroupName ?? "", vaultName ?? ""));
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

/**
 * Of the properties that were sent (the SDK adds defaults), what the vault has. Azure never tells a vault's `createMode`,
 * leaves out what is off, and writes words in other letters.
 */
function liveProperties(sent: Properties, found: Properties): Properties {
    const live = Object.entries(sent).map(([name, value]): [string, unknown] => {
        const held = name === "createMode" ? value : (found[name] ?? false);
        const isSame = JSON.stringify(held).toLowerCase() === JSON.stringify(value).toLowerCase();
        return [name, isSame ? value : held];
    });
    return Object.fromEntries(live);
}

function shown(inputs: Properties, { name, type }: Vault): Properties {
    return { ...inputs, name, type };
}
