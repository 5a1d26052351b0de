import type { ErrorAdvice } from "../errorAdvice";
import { orphanAdvice } from "../orphanAdvice";

/** What to do about AWS's errors. */
export const awsErrorAdvice: readonly ErrorAdvice[] = [
    {
        matches: /EntityAlreadyExists/,
        message: ({ newInputs }) =>
            `There is an IAM user "${String(newInputs?.name)}" already, but it is not in this stack's state. Its tags ` +
            `say whose it is (aws iam list-user-tags --user-name ${String(newInputs?.name)}). If an interrupted pulumi ` +
            "up created it, run pulumi up again with a login that may look for it: it imports the user. If it is " +
            "somebody else's, have it renamed: the stack does not change the names of its users.",
    },
    {
        matches: /AccessKeysPerUser/,
        message: ({ urn, newInputs }) =>
            `IAM user "${String(newInputs?.user)}" has two access keys, the most that AWS allows. The one that is not in ` +
            "this stack's state is left over from an interrupted pulumi up, or somebody has created it. " +
            `${orphanAdvice(urn)} Then run pulumi up again: it continues from here.`,
    },
    {
        matches: /LimitExceeded.*(UsersPerAccount|quota for users)/i,
        message: () =>
            "The account has as many IAM users as its quota allows. Delete users that nobody needs, or ask AWS for a " +
            "higher quota (Service Quotas, AWS Identity and Access Management). Then run pulumi up again: it " +
            "continues from here.",
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
