import type { Caller } from "./entra";
import { AzureError } from "./errors";
import { authorize, covers, roles } from "./roles";
import type { RoleAssignment, AzureStore } from "./state";

const TYPE = "Microsoft.Authorization/roleAssignments";

interface Body {
    readonly properties?: Partial<RoleAssignment>;
}

/** Role assignments of Azure Resource Manager. `scope` is the id of the resource, resource group or subscription. */
export class RoleAssignments {
    constructor(private readonly store: AzureStore) {}

    put(caller: Caller, scope: string, name: string, { properties = {} }: Body): object {
        authorize(this.store, caller, `${TYPE}/write`, scope);
        const { roleAssignments, servicePrincipals, tenantId } = this.store.state;
        const { roleDefinitionId = "", principalId = "", principalType = "ServicePrincipal" } = properties;
        if (roles[roleDefinitionId.split("/").at(-1) ?? ""] === undefined) {
            throw new AzureError(
                404,
                "RoleDefinitionDoesNotExist",
                `The specified role definition '${roleDefinitionId}' does not exist.`,
            );
        }
        if (servicePrincipals[principalId] === undefined) {
            throw new AzureError(
                400,
                "PrincipalNotFound",
                `Principal ${principalId} does not exist in the directory ${tenantId}. Check that you have the correct principal ID.`,
            );
        }
        const wanted: RoleAssignment = {
            name,
            scope,
            roleDefinitionId,
            principalId,
            principalType,
            createdOn: new Date().toISOString(),
        };
        const existing = roleAssignments[name];
        if (existing !== undefined && !isSame(existing, wanted)) {
            throw new AzureError(
                400,
                "RoleAssignmentUpdateNotPermitted",
                "Tenant ID, application ID, principal ID, and scope are not allowed to be updated.",
            );
        }
        if (Object.values(roleAssignments).some((each) => each.name !== name && isSame(each, wanted))) {
            throw new AzureError(409, "RoleAssignmentExists", "The role assignment already exists.");
        }
        roleAssignments[name] = existing ?? wanted;
        this.store.save();
        return show(roleAssignments[name]);
    }

    get(caller: Caller, scope: string, name: string): object {
        authorize(this.store, caller, `${TYPE}/read`, scope);
        return show(this.find(scope, name));
    }

    /** Lists the assignments at the scope, above it and below it. */
    list(caller: Caller, scope: string): object {
        authorize(this.store, caller, `${TYPE}/read`, scope);
        const found = Object.values(this.store.state.roleAssignments).filter(
            (each) => covers(each.scope, scope) || covers(scope, each.scope),
        );
        return { value: found.map(show) };
    }

    delete(caller: Caller, scope: string, name: string): object {
        authorize(this.store, caller, `${TYPE}/delete`, scope);
        const deleted = this.find(scope, name);
        Reflect.deleteProperty(this.store.state.roleAssignments, name);
        this.store.save();
        return show(deleted);
    }

    /** Deletes the assignments at a scope, as Azure does when the resource is deleted. */
    deleteAtScope(scope: string): void {
        const { roleAssignments } = this.store.state;
        for (const { name } of Object.values(roleAssignments).filter((each) => isSameScope(each.scope, scope))) {
            Reflect.deleteProperty(roleAssignments, name);
        }
    }

    private find(scope: string, name: string): RoleAssignment {
        const found = this.store.state.roleAssignments[name];
        if (found === undefined || !isSameScope(found.scope, scope)) {
            throw new AzureError(404, "RoleAssignmentNotFound", `The role assignment '${name}' is not found.`);
        }
        return found;
    }
}

function isSameScope(one: string, other: string): boolean {
    return one.toLowerCase() === other.toLowerCase();
}

function isSame(one: RoleAssignment, other: RoleAssignment): boolean {
    const role = (each: RoleAssignment) => each.roleDefinitionId.split("/").at(-1);
    return isSameScope(one.scope, other.scope) && one.principalId === other.principalId && role(one) === role(other);
}

function show({ name, scope, ...properties }: RoleAssignment): object {
    return { id: `${scope}/providers/${TYPE}/${name}`, name, type: TYPE, properties: { ...properties, scope } };
}
