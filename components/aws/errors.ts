import type { ErrorAdvice } from "../errorAdvice";
import { orphanAdvice } from "../orphanAdvice";

/** What to do about AWS's errors. */
export const awsErrorAdvice: readonly ErrorAdvice[] = [
    {
        matches: /EntityAlreadyExists/,
        message: ({ newInputs }) => {
            const name = String(newInputs?.name);
            const kind = newInputs?.assumeRolePolicy === undefined ? "user" : "role";
            return (
                `There is an IAM ${kind} "${name}" already, but it is not in this stack's state. Its tags say whose it is ` +
                `(aws iam list-${kind}-tags --${kind}-name ${name}). If an interrupted pulumi up created it, run pulumi up ` +
                `again with a login that may look for it: it imports the ${kind}. If it is somebody else's, have it ` +
                `renamed: the stack does not change the names of its ${kind}s.`
            );
        },
    },
    {
        matches: /AccessKeysPerUser/,
        message: ({ urn, newInputs }) =>
            `IAM user "${String(newInputs?.user)}" has two access keys, the most that AWS allows. The one that is not in ` +
            "this stack's state is left over from an interrupted pulumi up, or somebody has created it. " +
            `${orphanAdvice(urn)} Then run pulumi up again: it continues from here.`,
    },
    {
        matches: /LimitExceeded.*((Users|Roles)PerAccount|quota for (users|roles))/i,
        message: ({ newInputs }) => {
            const kind = newInputs?.assumeRolePolicy === undefined ? "users" : "roles";
            return (
                `The account has as many IAM ${kind} as its quota allows. Delete ${kind} that nobody needs, or ask AWS for a ` +
                "higher quota (Service Quotas, AWS Identity and Access Management). Then run pulumi up again: it " +
                "continues from here."
            );
        },
    },
    {
        matches: /LimitExceeded.*ACLSizePerRole/i,
        message: () =>
            "The role's trust policy is longer than AWS allows: it names every service account in serviceAccounts. Let the " +
            "pods run as fewer service accounts, or ask AWS for a higher quota (Service Quotas, Role trust policy length).",
    },
    {
        matches: /scheduled for deletion/,
        message: ({ newInputs }) =>
            `Secret "${String(newInputs?.name)}" was deleted and AWS keeps its name until the recovery window ends. ` +
            "Free the name with aws secretsmanager delete-secret --force-delete-without-recovery, or restore the " +
            "secret with aws secretsmanager restore-secret. With recoveryWindowInDays: 0, test secrets are deleted " +
            "at once.",
    },
    {
        matches: /ResourceExists|ParameterAlreadyExists/,
        message: ({ newInputs }) =>
            `There is a secret "${String(newInputs?.name)}" already, but it is not in this stack's state. Its tags say ` +
            "whose it is. If an interrupted pulumi up created it, run pulumi up again with a login that may look for it: " +
            "it imports the secret. If it is somebody else's, give the Deployment another scope, or leave out testSecrets.",
    },
    {
        matches: /AccessDenied|UnauthorizedOperation|not authorized to perform/,
        message: () => "Pulumi's AWS login lacks a permission: docs/aws.md lists the required permissions.",
    },
];
