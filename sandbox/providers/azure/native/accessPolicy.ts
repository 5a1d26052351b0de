import type { AccessPolicyEntry, AccessPolicyUpdateKind } from "@azure/arm-keyvault";
import type { Properties } from "../../../../provider/resourceType";
import { azure, ignoreNotFound, vaultId, withSdkError } from "../clients";
import type { NativeType } from "./type";

/**
 * `azure-native:keyvault:AccessPolicy`: one principal's access policy in a vault. Those of other principals stay
 * unchanged.
 */
export const accessPolicy: NativeType = {
    inputs: ["resourceGroupName", "vaultName", "policy"],
    required: ["resourceGroupName", "vaultName", "policy"],
    replaceOn: ["resourceGroupName", "vaultName", "policy.objectId"],
    async create(inputs) {
        const id = `${vaultId(inputs)}/accessPolicy/${objectIdOf(inputs)}`;
        if ((await find(inputs)) !== undefined) {
            throw new Error(`cannot create already existing resource "${id}"`);
        }
        return { id, outputs: await write(inputs) };
    },
    read: (_id, inputs) => find(inputs),
    async update(inputs) {
        if ((await find(inputs)) === undefined) {
            throw new Error(`access policy for ${objectIdOf(inputs)} does not exist`);
        }
        return write(inputs);
    },
    // Throws if the vault does not exist, but not if only the policy does not.
    delete: (_id, inputs) => modify(inputs, "remove"),
    inputsFrom: ({ resourceGroupName, vaultName, policy }) => ({ resourceGroupName, vaultName, policy }),
};

async function find(inputs: Properties): Promise<Properties | undefined> {
    const { resourceGroupName, vaultName } = inputs;
    const vault = await ignoreNotFound(azure().keyVault.vaults.get(String(resourceGroupName), String(vaultName)));
    const entry = vault?.properties.accessPolicies?.find(({ objectId }) => objectId === objectIdOf(inputs));
    if (entry === undefined) {
        return undefined;
    }
    const { tenantId, objectId, permissions } = entry;
    const nonEmpty = Object.entries(permissions as Record<string, string[] | undefined>).filter(
        ([, each]) => each?.length,
    );
    const policy = { tenantId, objectId, permissions: Object.fromEntries(nonEmpty) };
    return { resourceGroupName, vaultName: vault?.name, policy };
}

async function write(inputs: Properties): Promise<Properties> {
    await modify(inputs, "replace");
    const written = await find(inputs);
    if (written === undefined) {
        throw new Error("newly written access policy not found");
    }
    return written;
}

async function modify(inputs: Properties, kind: AccessPolicyUpdateKind): Promise<void> {
    const { resourceGroupName, vaultName, policy } = inputs;
    const parameters = { properties: { accessPolicies: [policy as AccessPolicyEntry] } };
    const { vaults } = azure().keyVault;
    await withSdkError(vaults.updateAccessPolicy(String(resourceGroupName), String(vaultName), kind, parameters));
}

function objectIdOf({ policy }: Properties): string {
    return (policy as AccessPolicyEntry).objectId;
}
