import { userGrants, userPolicyGrants } from "../components/aws/grants";
import { accessPolicyGrants, roleAssignmentGrants, vaultGrants } from "../components/azure/grants";
import { iamMemberGrants } from "../components/gcp/grants";
import type { Granted } from "../components/grants/grant";
import type { Inputs } from "../components/grants/inputs";
import { appRoleGrants, vaultPolicyGrants } from "../components/vault/grants";

/** Types of resources that grant something, or limit what others grant. Each gives nothing where it does not understand. */
const readers: Readonly<Record<string, (inputs: Inputs) => Granted | undefined>> = {
    "vault:index/policy:Policy": vaultPolicyGrants,
    "vault:appRole/authBackendRole:AuthBackendRole": appRoleGrants,
    "aws:iam/userPolicy:UserPolicy": userPolicyGrants,
    "aws:iam/user:User": userGrants,
    "gcp:projects/iAMMember:IAMMember": iamMemberGrants,
    "azure-native:keyvault:AccessPolicy": accessPolicyGrants,
    "azure-native:authorization:RoleAssignment": roleAssignmentGrants,
    "azure-native:keyvault:Vault": vaultGrants,
};

/** What the name of any other type that grants something has in it. */
const telling = /polic|role|grant|binding|iam|member|permission|attachment|assignment|access(?!Key)|boundary/i;

/** How far a type of resource is known to grant something. */
export function grantKind(type: string): "read" | "unknown" | "none" {
    if (Object.hasOwn(readers, type)) {
        return "read";
    }
    return telling.test(type.slice(type.lastIndexOf(":") + 1)) ? "unknown" : "none";
}

/** What a resource of that type grants with these inputs; nothing where that is not understood. */
export function grantedBy(type: string, inputs: Inputs): Granted | undefined {
    return readers[type]?.(inputs);
}
