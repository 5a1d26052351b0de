import {
    DeleteRoleCommand,
    DeleteRolePolicyCommand,
    DetachRolePolicyCommand,
    ListAttachedRolePoliciesCommand,
    ListInstanceProfilesForRoleCommand,
    ListRolePoliciesCommand,
    RemoveRoleFromInstanceProfileCommand,
} from "@aws-sdk/client-iam";
import { iam, ignoreNotFound, withErrorPrefix } from "./clients";

/** Deletes a role. With `force`, first removes its policies, whoever created them: IAM does not delete a role that has any. */
export async function removeRole(RoleName: string, force: boolean): Promise<void> {
    const steps: readonly ((name: string) => Promise<unknown>)[] = [
        leaveInstanceProfiles,
        ...(force ? [detachPolicies, removePolicies] : []),
        (name) => iam.send(new DeleteRoleCommand({ RoleName: name })),
    ];
    for (const step of steps) {
        await withErrorPrefix(
            `deleting IAM Role (${RoleName})`,
            ignoreNotFound(step(RoleName), "NoSuchEntityException"),
        );
    }
}

async function leaveInstanceProfiles(RoleName: string): Promise<void> {
    const { InstanceProfiles = [] } = await iam.send(new ListInstanceProfilesForRoleCommand({ RoleName }));
    for (const { InstanceProfileName } of InstanceProfiles) {
        await iam.send(new RemoveRoleFromInstanceProfileCommand({ RoleName, InstanceProfileName }));
    }
}

async function detachPolicies(RoleName: string): Promise<void> {
    const { AttachedPolicies = [] } = await iam.send(new ListAttachedRolePoliciesCommand({ RoleName }));
    for (const { PolicyArn } of AttachedPolicies) {
        await iam.send(new DetachRolePolicyCommand({ RoleName, PolicyArn }));
    }
}

async function removePolicies(RoleName: string): Promise<void> {
    const { PolicyNames = [] } = await iam.send(new ListRolePoliciesCommand({ RoleName }));
    for (const PolicyName of PolicyNames) {
        await iam.send(new DeleteRolePolicyCommand({ RoleName, PolicyName }));
    }
}
