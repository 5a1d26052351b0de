import type { Advice } from "../errorAdvice";

/** What AWS's errors mean here. */
export const awsAdvices: readonly Advice[] = [
    {
        sign: /EntityAlreadyExists/,
        say: ({ newInputs }) =>
            `There is an IAM user "${String(newInputs?.name)}" already, which is not in this stack's state. ` +
            `If an earlier pulumi up that broke off made it (aws iam get-user --user-name ${String(newInputs?.name)} ` +
            "says when), delete it with its access keys and its policy, and run pulumi up again: it goes on from here. " +
            "If it is somebody else's, give the Deployment another name.",
    },
    {
        sign: /AccessKeysPerUser/,
        say: ({ newInputs }) =>
            `IAM user "${String(newInputs?.user)}" has two access keys, the most that AWS allows. ` +
            `aws iam list-access-keys --user-name ${String(newInputs?.user)} lists them. The one that is not in this ` +
            "stack's state (pulumi stack export) is left over from a pulumi up that broke off: aws iam " +
            "delete-access-key deletes it. Then run pulumi up again: it goes on from here.",
    },
    {
        sign: /LimitExceeded.*(UsersPerAccount|quota for users)/i,
        say: () =>
            "The account has as many IAM users as its quota allows. Delete users that nobody needs, or ask AWS for a " +
            "higher quota (Service Quotas, AWS Identity and Access Management). Then run pulumi up again: it goes on from here.",
    },
    {
        sign: /scheduled for deletion/,
        say: ({ newInputs }) =>
            `Secret "${String(newInputs?.name)}" was deleted and AWS keeps its name until the recovery window ends. ` +
            "aws secretsmanager delete-secret --force-delete-without-recovery frees the name, aws secretsmanager " +
            "restore-secret brings the secret back. With recoveryWindowInDays: 0 test secrets are deleted for good.",
    },
    {
        sign: /ResourceExists|ParameterAlreadyExists/,
        say: ({ newInputs }) =>
            `There is a secret "${String(newInputs?.name)}" already, which is not in this stack's state. If an earlier ` +
            "pulumi up that broke off made it, delete it and run pulumi up again: it goes on from here. If it is " +
            "somebody else's, give the Deployment another scope, or leave out testSecrets.",
    },
    {
        sign: /AccessDenied|UnauthorizedOperation|not authorized to perform/,
        say: () => "Whoever runs Pulumi lacks a permission: docs/aws.md lists what it takes.",
    },
];
