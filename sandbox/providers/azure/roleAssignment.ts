import type { ResourceType } from "../../../provider/resourceType";
import { ask, azure, refuseExisting, unlessGone } from "./clients";

/** `azure-native:authorization:RoleAssignment` */
export const roleAssignment: ResourceType = {
    inputs: ["scope", "roleDefinitionId", "principalId", "principalType", "roleAssignmentName"],
    required: ["scope", "roleDefinitionId", "principalId", "roleAssignmentName"],
    replaceOn: ["scope", "roleDefinitionId", "principalId", "principalType", "roleAssignmentName"],
    computed: ["name", "type"],
    secrets: [],
    async create(inputs) {
        const { scope, roleDefinitionId, principalId, principalType, roleAssignmentName } = inputs as Record<
            string,
            string
        >;
        const id = `${scope ?? ""}/providers/Microsoft.Authorization/roleAssignments/${roleAssignmentName ?? ""}`;
        const { roleAssignments } = azure().authorization;
        await refuseExisting(id, roleAssignments.getById(id));
        const parameters = {
            roleDefinitionId: roleDefinitionId ?? "",
            principalId: principalId ?? "",
            ...(principalType === undefined ? {} : { principalType }),
        };
        const { name, type } = await ask(roleAssignments.createById(id, parameters));
        return { id, outputs: { ...inputs, name, type } };
    },
    async read(id, inputs) {
        const found = await unlessGone(azure().authorization.roleAssignments.getById(id));
        if (found === undefined) {
            return undefined;
        }
        const { scope, roleDefinitionId, principalId, principalType, name, type } = found;
        const live = { ...inputs, scope, roleDefinitionId, principalId, principalType };
        return { id, inputs: live, outputs: { ...live, name, type } };
    },
    async delete(id) {
        await unlessGone(azure().authorization.roleAssignments.deleteById(id));
    },
};
