import type { RoleAssignment } from "@azure/arm-authorization";
import type { Properties } from "../../../../provider/resourceType";
import { azure, ignoreNotFound, throwIfExists, withPluginError } from "../clients";
import type { NativeType } from "./type";

/** `azure-native:authorization:RoleAssignment` */
export const roleAssignment: NativeType = {
    inputs: ["scope", "roleDefinitionId", "principalId", "principalType", "roleAssignmentName"],
    required: ["scope", "roleDefinitionId", "principalId", "roleAssignmentName"],
    replaceOn: ["scope", "principalId", "roleAssignmentName"],
    apiVersion: "2022-04-01",
    async create(inputs) {
        await throwIfExists(idOf(inputs), azure().authorization.roleAssignments.getById(idOf(inputs)));
        return { id: idOf(inputs), outputs: await put(inputs) };
    },
    async read(id) {
        const found = await ignoreNotFound(azure().authorization.roleAssignments.getById(id));
        return found === undefined ? undefined : toOutputs(found);
    },
    update: put,
    async delete(id) {
        await ignoreNotFound(azure().authorization.roleAssignments.deleteById(id));
    },
    inputsFrom({ scope, roleDefinitionId, principalId, principalType }) {
        return { scope, roleDefinitionId, principalId, principalType };
    },
};

function idOf({ scope, roleAssignmentName }: Properties): string {
    return `${String(scope)}/providers/Microsoft.Authorization/roleAssignments/${String(roleAssignmentName)}`;
}

async function put(inputs: Properties): Promise<Properties> {
    const { roleDefinitionId, principalId, principalType } = inputs as Record<string, string>;
    const parameters = {
        roleDefinitionId: roleDefinitionId ?? "",
        principalId: principalId ?? "",
        ...(principalType === undefined ? {} : { principalType }),
    };
    return toOutputs(await withPluginError(azure().authorization.roleAssignments.createById(idOf(inputs), parameters)));
}

function toOutputs({
    id,
    name,
    type,
    scope,
    roleDefinitionId,
    principalId,
    principalType,
}: RoleAssignment): Properties {
    const { apiVersion: azureApiVersion } = roleAssignment;
    return { id, name, type, scope, roleDefinitionId, principalId, principalType, azureApiVersion };
}
