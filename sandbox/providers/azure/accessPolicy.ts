import type { AccessPolicyEntry, AccessPolicyUpdateKind } from "@azure/arm-keyvault";
import type { Properties, ResourceType } from "../../../provider/resourceType";
import { ask, azure, unlessGone, vaultPath } from "./clients";

/** `azure-native:keyvault:AccessPolicy`: one principal's entry in a vault; everybody else's stay as they are. */
export const accessPolicy: ResourceType = {
    inputs: ["resourceGroupName", "vaultName", "policy"],
    required: ["resourceGroupName", "vaultName", "policy"],
    replaceOn: ["resourceGroupName", "vaultName"],
    computed: [],
    secrets: [],
    async create(inputs) {
        if ((await find(inputs)) !== undefined) {
            throw new Error(`access policy for ${objectIdOf(inputs)} already exists`);
        }
        await modify(inputs, "replace");
        return { id: `${vaultPath(inputs)}/accessPolicy`, outputs: inputs };
    },
    async read(id, inputs) {
        const found = await find(inputs);
        if (found === undefined) {
            return undefined;
        }
        const { tenantId, objectId, permissions } = found;
        const granted = Object.entries(permissions as Record<string, string[] | undefined>).filter(
            ([, each]) => each?.length,
        );
        const live = { ...inputs, policy: { tenantId, objectId, permissions: Object.fromEntries(granted) } };
        return { id, inputs: live, outputs: live };
    },
    async update(_id, inputs) {
        if ((await find(inputs)) === undefined) {
            throw new Error(`access policy for ${objectIdOf(inputs)} does not exist`);
        }
        await modify(inputs, "replace");
        return inputs;
    },
    async delete(_id, outputs) {
        await unlessGone(modify(outputs, "remove"));
    },
};

async function find(inputs: Properties): Promise<AccessPolicyEntry | undefined> {
    const { resourceGroupName, vaultName } = inputs as Record<string, string>;
    const vault = await unlessGone(azure().keyVault.vaults.get(resourceGroupName ?? "", vaultName ?? ""));
    return vault?.properties.accessPolicies?.find(({ objectId }) => objectId === objectIdOf(inputs));
}

async function modify(inputs: Properties, kind: AccessPolicyUpdateKind): Promise<void> {
    const { resourceGroupName, vaultName, policy } = inputs;
    const parameters = { properties: { accessPolicies: [policy as AccessPolicyEntry] } };
    const { vaults } = azure().keyVault;
    await ask(vaults.updateAccessPolicy(String(resourceGroupName), String(vaultName), kind, parameters));
}

function objectIdOf({ policy }: Properties): string {
    return (policy as AccessPolicyEntry).objectId;
}
