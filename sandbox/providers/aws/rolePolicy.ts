import { DeleteRolePolicyCommand, GetRolePolicyCommand, PutRolePolicyCommand } from "@aws-sdk/client-iam";
import { iam } from "./clients";
import { inlinePolicy } from "./inlinePolicy";

/** `aws:iam/rolePolicy:RolePolicy` */
export const rolePolicy = inlinePolicy("role", {
    put: (RoleName, PolicyName, PolicyDocument) =>
        iam.send(new PutRolePolicyCommand({ RoleName, PolicyName, PolicyDocument })),
    get: async (RoleName, PolicyName) =>
        (await iam.send(new GetRolePolicyCommand({ RoleName, PolicyName }))).PolicyDocument,
    delete: (RoleName, PolicyName) => iam.send(new DeleteRolePolicyCommand({ RoleName, PolicyName })),
});
