import { DeleteUserPolicyCommand, GetUserPolicyCommand, PutUserPolicyCommand } from "@aws-sdk/client-iam";
import { iam } from "./clients";
import { inlinePolicy } from "./inlinePolicy";

/** `aws:iam/userPolicy:UserPolicy` */
export const userPolicy = inlinePolicy("user", {
    put: (UserName, PolicyName, PolicyDocument) =>
        iam.send(new PutUserPolicyCommand({ UserName, PolicyName, PolicyDocument })),
    get: async (UserName, PolicyName) =>
        (await iam.send(new GetUserPolicyCommand({ UserName, PolicyName }))).PolicyDocument,
    delete: (UserName, PolicyName) => iam.send(new DeleteUserPolicyCommand({ UserName, PolicyName })),
});
