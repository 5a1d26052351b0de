import {
    CreateAccessKeyCommand,
    DeleteAccessKeyCommand,
    DeleteRolePolicyCommand,
    DeleteUserPolicyCommand,
    IAMClient,
    ListUsersCommand,
    PutRolePolicyCommand,
    PutUserPolicyCommand,
    UpdateAssumeRolePolicyCommand,
    type AccessKey,
} from "@aws-sdk/client-iam";
import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import type { Attempt } from "./attempts";
import type { ConfigFor } from "./awsClient";

const PolicyName = "verify-probe";
/** If it is accepted, it only removes permissions. */
const PolicyDocument = JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Deny", Action: "iam:CreateUser", Resource: "*" }],
});

/** Returns attempts to gain more permissions than the policy grants. GetCallerIdentity needs no permission. */
export async function escalations(config: ConfigFor, region: string): Promise<Attempt[]> {
    const sts = new STSClient(config(`https://sts.${region}.amazonaws.com`));
    const iam = new IAMClient(config("https://iam.amazonaws.com"));
    const { Arn = "", Account = "" } = await sts.send(new GetCallerIdentityCommand({}));
    const [, partition = "aws"] = Arn.split(":");
    const RoleArn = `arn:${partition}:iam::${Account}:role/verify-probe`;
    const [, role] = /:assumed-role\/([^/]+)\//.exec(Arn) ?? [];
    return [
        { name: "iam:ListUsers", run: () => iam.send(new ListUsersCommand({})) },
        ...(role === undefined ? asUser(iam, Arn.split("/").at(-1) ?? "") : asRole(iam, role)),
        {
            name: `sts:AssumeRole ${RoleArn}`,
            run: () => sts.send(new AssumeRoleCommand({ RoleArn, RoleSessionName: "verify-probe" })),
        },
    ];
}

function asUser(iam: IAMClient, UserName: string): Attempt[] {
    let created: AccessKey | undefined;
    return [
        {
            name: "iam:CreateAccessKey",
            run: async () => {
                ({ AccessKey: created } = await iam.send(new CreateAccessKeyCommand({ UserName })));
            },
            undo: () => iam.send(new DeleteAccessKeyCommand({ UserName, AccessKeyId: created?.AccessKeyId })),
        },
        {
            name: "iam:PutUserPolicy",
            run: () => iam.send(new PutUserPolicyCommand({ UserName, PolicyName, PolicyDocument })),
            undo: () => iam.send(new DeleteUserPolicyCommand({ UserName, PolicyName })),
        },
    ];
}

function asRole(iam: IAMClient, RoleName: string): Attempt[] {
    return [
        {
            name: "iam:PutRolePolicy",
            run: () => iam.send(new PutRolePolicyCommand({ RoleName, PolicyName, PolicyDocument })),
            undo: () => iam.send(new DeleteRolePolicyCommand({ RoleName, PolicyName })),
        },
        {
            name: "iam:UpdateAssumeRolePolicy",
            run: () => iam.send(new UpdateAssumeRolePolicyCommand({ RoleName, PolicyDocument })),
        },
    ];
}
