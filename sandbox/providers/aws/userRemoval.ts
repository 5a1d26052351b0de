import {
    DeactivateMFADeviceCommand,
    DeleteAccessKeyCommand,
    DeleteLoginProfileCommand,
    DeleteServiceSpecificCredentialCommand,
    DeleteSigningCertificateCommand,
    DeleteSSHPublicKeyCommand,
    DeleteUserCommand,
    DeleteUserPolicyCommand,
    DeleteVirtualMFADeviceCommand,
    DetachUserPolicyCommand,
    ListAccessKeysCommand,
    ListAttachedUserPoliciesCommand,
    ListGroupsForUserCommand,
    ListMFADevicesCommand,
    ListServiceSpecificCredentialsCommand,
    ListSigningCertificatesCommand,
    ListSSHPublicKeysCommand,
    ListUserPoliciesCommand,
    ListVirtualMFADevicesCommand,
    RemoveUserFromGroupCommand,
} from "@aws-sdk/client-iam";
import { iam, ignoreNotFound, withErrorPrefix } from "./clients";

/** Removes everything of one kind from a user, whoever created it. */
type Removal = (UserName: string) => Promise<unknown>;

/** What `forceDestroy` removes, in this order. IAM does not delete a user that still has any of these. */
const removals: [removal: Removal, operation: string][] = [
    [removePolicies, "removing IAM User (%) policies"],
    [detachPolicies, "detaching IAM User (%) policies"],
    [removeAccessKeys, "removing IAM User (%) access keys"],
    [removeSshKeys, "removing IAM User (%) access keys"],
    [removeVirtualMfaDevices, "removing IAM User (%) Virtual MFA devices"],
    [deactivateMfaDevices, "removing IAM User (%) MFA devices"],
    [removeLoginProfile, "removing IAM User (%) login profile"],
    [removeCertificates, "removing IAM User (%) signing certificate"],
    [removeServiceCredentials, "removing IAM User (%) Service Specific Credentials"],
];

/** Deletes a user. With `force`, first removes everything that would prevent it. */
export async function removeUser(UserName: string, force: boolean): Promise<void> {
    const ignoreMissing = (work: Promise<unknown>) => ignoreNotFound(work, "NoSuchEntityException");
    await withErrorPrefix(`removing IAM User (${UserName}) group memberships`, ignoreMissing(leaveGroups(UserName)));
    for (const [removal, operation] of force ? removals : []) {
        await withErrorPrefix(operation.replace("%", UserName), ignoreMissing(removal(UserName)));
    }
    await withErrorPrefix(
        `deleting IAM User (${UserName})`,
        ignoreMissing(iam.send(new DeleteUserCommand({ UserName }))),
    );
}

async function leaveGroups(UserName: string): Promise<void> {
    const { Groups = [] } = await iam.send(new ListGroupsForUserCommand({ UserName }));
    for (const { GroupName } of Groups) {
        await iam.send(new RemoveUserFromGroupCommand({ UserName, GroupName }));
    }
}

async function removePolicies(UserName: string): Promise<void> {
    const { PolicyNames = [] } = await iam.send(new ListUserPoliciesCommand({ UserName }));
    for (const PolicyName of PolicyNames) {
        await iam.send(new DeleteUserPolicyCommand({ UserName, PolicyName }));
    }
}

async function detachPolicies(UserName: string): Promise<void> {
    const { AttachedPolicies = [] } = await iam.send(new ListAttachedUserPoliciesCommand({ UserName }));
    for (const { PolicyArn } of AttachedPolicies) {
        await iam.send(new DetachUserPolicyCommand({ UserName, PolicyArn }));
    }
}

async function removeAccessKeys(UserName: string): Promise<void> {
    const { AccessKeyMetadata = [] } = await iam.send(new ListAccessKeysCommand({ UserName }));
    for (const { AccessKeyId } of AccessKeyMetadata) {
        await iam.send(new DeleteAccessKeyCommand({ UserName, AccessKeyId }));
    }
}

async function removeSshKeys(UserName: string): Promise<void> {
    const { SSHPublicKeys = [] } = await iam.send(new ListSSHPublicKeysCommand({ UserName }));
    for (const { SSHPublicKeyId } of SSHPublicKeys) {
        await iam.send(new DeleteSSHPublicKeyCommand({ UserName, SSHPublicKeyId }));
    }
}

async function removeVirtualMfaDevices(UserName: string): Promise<void> {
    const { VirtualMFADevices = [] } = await iam.send(
        new ListVirtualMFADevicesCommand({ AssignmentStatus: "Assigned" }),
    );
    for (const { SerialNumber } of VirtualMFADevices.filter(({ User }) => User?.UserName === UserName)) {
        await iam.send(new DeactivateMFADeviceCommand({ UserName, SerialNumber }));
        await iam.send(new DeleteVirtualMFADeviceCommand({ SerialNumber }));
    }
}

async function deactivateMfaDevices(UserName: string): Promise<void> {
    const { MFADevices = [] } = await iam.send(new ListMFADevicesCommand({ UserName }));
    for (const { SerialNumber } of MFADevices) {
        await iam.send(new DeactivateMFADeviceCommand({ UserName, SerialNumber }));
    }
}

function removeLoginProfile(UserName: string): Promise<unknown> {
    return iam.send(new DeleteLoginProfileCommand({ UserName }));
}

async function removeCertificates(UserName: string): Promise<void> {
    const { Certificates = [] } = await iam.send(new ListSigningCertificatesCommand({ UserName }));
    for (const { CertificateId } of Certificates) {
        await iam.send(new DeleteSigningCertificateCommand({ UserName, CertificateId }));
    }
}

async function removeServiceCredentials(UserName: string): Promise<void> {
    const { ServiceSpecificCredentials: all = [] } = await iam.send(
        new ListServiceSpecificCredentialsCommand({ UserName }),
    );
    for (const { ServiceSpecificCredentialId } of all) {
        await iam.send(new DeleteServiceSpecificCredentialCommand({ UserName, ServiceSpecificCredentialId }));
    }
}
