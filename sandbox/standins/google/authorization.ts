import { evaluate } from "@marcbachmann/cel-js";
import { denied } from "./errors";
import type { Binding, GoogleStore } from "./state";

/**
 * The permissions of roles, as far as the implemented calls need them:
 * https://cloud.google.com/iam/docs/roles-permissions
 */
const roles: Readonly<Record<string, readonly string[]>> = {
    "roles/secretmanager.secretAccessor": [
        "resourcemanager.projects.get",
        "resourcemanager.projects.list",
        "secretmanager.versions.access",
    ],
    "roles/secretmanager.admin": ["resourcemanager.projects.get", "resourcemanager.projects.list", "secretmanager."],
    "roles/orgpolicy.policyAdmin": ["orgpolicy.policy.get", "orgpolicy.policy.set"],
    "roles/iam.serviceAccountAdmin": [
        "resourcemanager.projects.get",
        "iam.serviceAccounts.create",
        "iam.serviceAccounts.delete",
        "iam.serviceAccounts.get",
        "iam.serviceAccounts.list",
        "iam.serviceAccounts.update",
    ],
    "roles/iam.serviceAccountKeyAdmin": [
        "resourcemanager.projects.get",
        "iam.serviceAccountKeys.create",
        "iam.serviceAccountKeys.delete",
        "iam.serviceAccountKeys.get",
        "iam.serviceAccountKeys.list",
    ],
    "roles/iam.workloadIdentityPoolViewer": ["iam.workloadIdentityPoolProviders.get"],
    "roles/resourcemanager.projectIamAdmin": [
        "resourcemanager.projects.get",
        "resourcemanager.projects.getIamPolicy",
        "resourcemanager.projects.setIamPolicy",
    ],
};

/** The resource of a call, as conditions see it. */
export interface Resource {
    /** Resource name with the project's number. */
    readonly name: string;
    readonly type: string;
    readonly service: string;
}

/**
 * Checks a permission against the project's IAM policy, conditions included.
 *
 * @param caller as a member of the policy
 * @throws GoogleError PERMISSION_DENIED
 */
export function authorize({ state }: GoogleStore, caller: string, permission: string, resource: Resource): void {
    const isAllowed = state.policy.bindings.some(
        (binding) => binding.members.includes(caller) && grants(binding, permission) && holds(binding, resource),
    );
    if (!isAllowed) {
        throw denied(permission, resource.name);
    }
}

function grants({ role }: Binding, permission: string): boolean {
    const permissions = roles[role] ?? [];
    return permissions.some((each) => each === permission || (each.endsWith(".") && permission.startsWith(each)));
}

/** As in Google Cloud, a condition that cannot be evaluated grants nothing. */
function holds({ condition }: Binding, resource: Resource): boolean {
    if (condition === undefined) {
        return true;
    }
    try {
        return evaluate(condition.expression, { resource: { ...resource } }) === true;
    } catch {
        return false;
    }
}
