import type { Secret } from "@azure/arm-keyvault";
import type { Properties, ResourceType } from "../../../provider/resourceType";
import { ask, azure, refuseExisting, unlessGone, vaultPath } from "./clients";

/**
 * `azure-native:keyvault:Secret`: written and read through Resource Manager, which never tells a value; deleted in the
 * vault itself, where it is kept, as the official plugin does.
 */
export const secret: ResourceType = {
    inputs: ["resourceGroupName", "vaultName", "secretName", "properties", "tags"],
    required: ["resourceGroupName", "vaultName", "secretName", "properties"],
    replaceOn: ["resourceGroupName", "vaultName", "secretName"],
    computed: ["name", "type"],
    secrets: [],
    async create(inputs) {
        const id = `${vaultPath(inputs)}/secrets/${String(inputs.secretName)}`;
        await refuseExisting(id, get(inputs));
        return { id, outputs: shown(inputs, await put(inputs)) };
    },
    async read(id, inputs) {
        const found = await unlessGone(get(inputs));
        if (found === undefined) {
            return undefined;
        }
        const tags = Object.keys(found.tags ?? {}).length === 0 ? {} : { tags: found.tags };
        const { resourceGroupName, vaultName, secretName, properties } = inputs;
        const live = { resourceGroupName, vaultName, secretName, properties, ...tags };
        return { id, inputs: live, outputs: shown(live, found) };
    },
    update: async (_id, inputs) => shown(inputs, await put(inputs)),
    async delete(_id, outputs) {
        const { vaultName, secretName } = outputs as Record<string, string>;
        await unlessGone(
            azure()
                .secretsOf(vaultName ?? "")
                .beginDeleteSecret(secretName ?? ""),
        );
    },
};

function get({ resourceGroupName, vaultName, secretName }: Properties): Promise<Secret> {
    return azure().keyVault.secrets.get(String(resourceGroupName), String(vaultName), String(secretName));
}

function put({ resourceGroupName, vaultName, secretName, properties, tags }: Properties): Promise<Secret> {
    const wanted = { properties: properties as { value: string }, tags: (tags ?? {}) as Record<string, string> };
    const { secrets } = azure().keyVault;
    return ask(secrets.createOrUpdate(String(resourceGroupName), String(vaultName), String(secretName), wanted));
}

function shown(inputs: Properties, { name, type, properties }: Secret): Properties {
    const { secretUri, secretUriWithVersion } = properties;
    return { ...inputs, name, type, properties: { secretUri, secretUriWithVersion } };
}
